import type { CurrentRevision, ExpectedRevision } from './event-store.ts';
import type { Issue } from './issue.ts';
import type { CommandReceipt } from './receipt.ts';
import { isScopeRef, scopeKey, type ScopeRef } from './scope.ts';

/** Why the domain says no to a command. */
export type RejectionReason =
  | 'InvalidCommand'
  | 'CommandIdReused'
  | 'UnknownScope'
  | 'AlreadyRegistered'
  | 'UnknownIntegration'
  | 'NotAvailableAtLevel'
  | 'NotCustom'
  | 'NotInheriting'
  | 'NoDefaultToInherit'
  | 'WouldCycle'
  | 'LockedByAncestor'
  | 'InvalidValues';

/** Base of all errors thrown on purpose. Branch on `code`, best through the guards: they hold across copies of a package. */
export abstract class IntegrationSettingsError extends Error {
  abstract readonly code: string;

  override get name(): string {
    return this.constructor.name;
  }

  /** What may be logged: code, message and the error's own fields, never a secret; positions and revisions as decimal strings. */
  toJSON(): unknown {
    const fields: Record<string, unknown> = { name: this.name, code: this.code, message: this.message };
    for (const [key, value] of Object.entries(this)) {
      if (key !== 'cause') fields[key] = typeof value === 'bigint' ? value.toString() : value;
    }
    return fields;
  }
}

/** The domain says no; nothing has changed anywhere. */
export class CommandRejected extends IntegrationSettingsError {
  readonly code = 'COMMAND_REJECTED' as const;
  readonly reason: RejectionReason;
  /** Every fault at once, by field: of `InvalidValues` and `InvalidCommand`. */
  readonly issues: readonly Issue[];
  constructor(reason: RejectionReason, message: string, issues: readonly Issue[] = []) {
    const faults = issues.map((issue) => `${issue.field}: ${issue.message}`).join('; ');
    super(faults === '' ? message : `${message} ${faults}`);
    this.reason = reason;
    this.issues = issues;
  }
}

/** The event is stored and its command id used, but it met another state than it was decided on. */
export class Superseded extends IntegrationSettingsError {
  readonly code = 'SUPERSEDED' as const;
  readonly receipt: CommandReceipt;
  /** What came of it. */
  readonly became: string;
  constructor(receipt: CommandReceipt, became: string) {
    super(`The command is stored, but met another state than it was decided on: ${became}.`);
    this.receipt = receipt;
    this.became = became;
  }
}

/** The actor does not administer what the command or the reveal is for. Says nothing about whether the scope exists. */
export class NotAuthorized extends IntegrationSettingsError {
  readonly code = 'NOT_AUTHORIZED' as const;
  constructor(actor: string, action: string, scopes: readonly ScopeRef[]) {
    super(`Actor "${actor}" may not ${action} at ${scopes.map((scope) => `"${scopeKey(scope)}"`).join(', ')}.`);
  }
}

/** A read names a scope that was never registered or was removed. */
export class UnknownScope extends IntegrationSettingsError {
  readonly code = 'UNKNOWN_SCOPE' as const;
  readonly scope: ScopeRef;
  constructor(scope: ScopeRef) {
    super(
      isScopeRef(scope)
        ? `There is no scope "${scopeKey(scope)}".`
        : 'What was given is no scope; expected "instance", { group } or { project } with an id.',
    );
    this.scope = scope;
  }
}

/** A read names an integration that the catalog does not have. */
export class UnknownIntegration extends IntegrationSettingsError {
  readonly code = 'UNKNOWN_INTEGRATION' as const;
  readonly integration: string;
  constructor(integration: string) {
    super(`The catalog has no integration "${integration}".`);
    this.integration = integration;
  }
}

/** An append met a stream that is not at the expected revision. Safe to load again and retry. */
export class ExpectedRevisionConflict extends IntegrationSettingsError {
  readonly code = 'EXPECTED_REVISION_CONFLICT' as const;
  readonly streamName: string;
  readonly expected: ExpectedRevision;
  readonly actual: CurrentRevision;
  constructor(streamName: string, expected: ExpectedRevision, actual: CurrentRevision, options?: ErrorOptions) {
    super(`Stream "${streamName}" is at ${actual}, expected ${expected}.`, options);
    this.streamName = streamName;
    this.expected = expected;
    this.actual = actual;
  }
}

/** Nobody can say whether the append was written. Repeating it with the same event ids and the same exact expected revision is safe. */
export class AppendOutcomeUnknown extends IntegrationSettingsError {
  readonly code = 'APPEND_OUTCOME_UNKNOWN' as const;
  readonly streamName: string;
  constructor(streamName: string, reason: string, options?: ErrorOptions) {
    super(`It is not known whether the append to "${streamName}" was written: ${reason}`, options);
    this.streamName = streamName;
  }
}

/** The store cannot be used at present: locked, read-only, full, unreachable. Nothing was changed. */
export class StoreUnavailable extends IntegrationSettingsError {
  readonly code = 'STORE_UNAVAILABLE' as const;
}

/** What the store holds is not what this library writes. It was not changed. */
export class StoreCorrupted extends IntegrationSettingsError {
  readonly code = 'STORE_CORRUPTED' as const;
}

/** The store was written by a newer version. It was not changed. */
export class StoreNewer extends IntegrationSettingsError {
  readonly code = 'STORE_NEWER' as const;
}

/** A secret is used, and no keyring was given, or its master key is not there. */
export class SecretsNotConfigured extends IntegrationSettingsError {
  readonly code = 'SECRETS_NOT_CONFIGURED' as const;
}

/** A secret's key is gone, so nobody can read it any more. */
export class SecretErased extends IntegrationSettingsError {
  readonly code = 'SECRET_ERASED' as const;
}

/** What a preview showed may no longer be what the command does. Preview again. */
export class PreviewOutdated extends IntegrationSettingsError {
  readonly code = 'PREVIEW_OUTDATED' as const;
}

/** More scopes were to be removed than allowed; none was. */
export class TooManyRemovals extends IntegrationSettingsError {
  readonly code = 'TOO_MANY_REMOVALS' as const;
  /** What was done before. */
  readonly report: unknown;
  constructor(removals: number, atMost: number, report: unknown) {
    super(`${removals} scopes are not in the source and would be removed; at most ${atMost} may be. None was removed.`);
    this.report = report;
  }
}

/** A moment or position outside of what the log holds. */
export class OutOfRange extends IntegrationSettingsError {
  readonly code = 'OUT_OF_RANGE' as const;
}

/** A catalog's definitions contradict themselves. */
export class InvalidCatalog extends IntegrationSettingsError {
  readonly code = 'INVALID_CATALOG' as const;
  readonly issues: readonly Issue[];
  constructor(issues: readonly Issue[]) {
    super(`The catalog is not valid. ${issues.map((issue) => `${issue.field}: ${issue.message}`).join('; ')}`);
    this.issues = issues;
  }
}

/** The object was closed. */
export class Closed extends IntegrationSettingsError {
  readonly code = 'CLOSED' as const;
  constructor(what: string) {
    super(`${what} is closed.`);
  }
}

/** Something that was waited for did not come in time. */
export class TimedOut extends IntegrationSettingsError {
  readonly code = 'TIMED_OUT' as const;
}

/** The fold of a projection threw. Nothing from that event on was saved. */
export class ProjectionFailed extends IntegrationSettingsError {
  readonly code = 'PROJECTION_FAILED' as const;
  readonly projection: string;
  readonly eventId: string;
  readonly position: bigint;
  constructor(projection: string, event: { id: string; type: string; position: bigint }, options: ErrorOptions) {
    const { cause } = options;
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `The projection "${projection}" failed on event ${event.id} of type "${event.type}" at position ${event.position}: ${reason}`,
      options,
    );
    this.projection = projection;
    this.eventId = event.id;
    this.position = event.position;
  }
}

/** Somebody is building this read model anew. Nothing was changed. */
export class RebuildInProgress extends IntegrationSettingsError {
  readonly code = 'REBUILD_IN_PROGRESS' as const;
  constructor(what: string) {
    super(`${what} is being rebuilt already.`);
  }
}

const guard =
  <E extends IntegrationSettingsError>(code: E['code']) =>
  (error: unknown): error is E =>
    error instanceof Error && (error as { code?: unknown }).code === code;

export const isCommandRejected = guard<CommandRejected>('COMMAND_REJECTED');
export const isSuperseded = guard<Superseded>('SUPERSEDED');
export const isNotAuthorized = guard<NotAuthorized>('NOT_AUTHORIZED');
export const isUnknownScope = guard<UnknownScope>('UNKNOWN_SCOPE');
export const isUnknownIntegration = guard<UnknownIntegration>('UNKNOWN_INTEGRATION');
export const isExpectedRevisionConflict = guard<ExpectedRevisionConflict>('EXPECTED_REVISION_CONFLICT');
export const isAppendOutcomeUnknown = guard<AppendOutcomeUnknown>('APPEND_OUTCOME_UNKNOWN');
export const isStoreUnavailable = guard<StoreUnavailable>('STORE_UNAVAILABLE');
export const isStoreCorrupted = guard<StoreCorrupted>('STORE_CORRUPTED');
export const isStoreNewer = guard<StoreNewer>('STORE_NEWER');
export const isSecretsNotConfigured = guard<SecretsNotConfigured>('SECRETS_NOT_CONFIGURED');
export const isSecretErased = guard<SecretErased>('SECRET_ERASED');
export const isPreviewOutdated = guard<PreviewOutdated>('PREVIEW_OUTDATED');
export const isTooManyRemovals = guard<TooManyRemovals>('TOO_MANY_REMOVALS');
export const isOutOfRange = guard<OutOfRange>('OUT_OF_RANGE');
export const isInvalidCatalog = guard<InvalidCatalog>('INVALID_CATALOG');
export const isClosed = guard<Closed>('CLOSED');
export const isTimedOut = guard<TimedOut>('TIMED_OUT');
export const isProjectionFailed = guard<ProjectionFailed>('PROJECTION_FAILED');
export const isRebuildInProgress = guard<RebuildInProgress>('REBUILD_IN_PROGRESS');
/** Whether an error is one of ours, of whatever copy of the package. */
export const isIntegrationSettingsError = (error: unknown): error is IntegrationSettingsError =>
  error instanceof Error &&
  typeof (error as { code?: unknown }).code === 'string' &&
  typeof (error as { toJSON?: unknown }).toJSON === 'function';
