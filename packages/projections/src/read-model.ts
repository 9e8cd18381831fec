import type { FieldValue, Mode, RecordedEvent, ScopeRef, SettingsEvent } from '@integration-settings/domain';

/** What holds at a scope. Frozen; the same object as long as the same documents and locks are in use, for all who use them. */
export interface EffectiveSettings {
  readonly integration: string;
  readonly mode: Mode;
  /** The nearest scope with custom settings that was used. */
  readonly source: ScopeRef | undefined;
  /** The toggle, and nothing missing. */
  readonly active: boolean;
  /** Present fields only. */
  readonly values: Readonly<Record<string, FieldValue>>;
  /** Required and absent, whether active or not; none when unconfigured. */
  readonly missing: readonly string[];
  /** The highest lock that applies, whether or not the scope deviates. */
  readonly lockedBy: ScopeRef | undefined;
  /** Of the newest event of the documents and locks used, as written. Moves do not count. */
  readonly setAt: string | undefined;
  readonly position: bigint | undefined;
}

/** What a scope itself holds, locked or not. */
export interface OwnSettings {
  readonly mode: 'none' | 'partial' | 'custom';
  /** `undefined`: not own. */
  readonly active: boolean | undefined;
  /** `null`: own and empty (partial only). */
  readonly values: Readonly<Record<string, FieldValue | null>>;
  /** What this scope locks. */
  readonly lock: 'whole' | readonly string[] | undefined;
  /** A whole lock above leaves nothing of them in effect. */
  readonly hidden: boolean;
  /** Of the settings stream (locks and erasures count): for `expectedRevision` and ETags. */
  readonly revision: bigint | 'no_stream';
}

/** A project with settings of its own. */
export interface OverrideRow {
  readonly project: string;
  readonly own: 'partial' | 'custom';
  readonly mode: Mode;
  readonly active: boolean;
  readonly hidden: boolean;
}

/** Part of a list. Cursors are opaque and stay valid. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** A value, where it stands, and the event that set it. */
export interface ValueAt {
  readonly value: FieldValue | undefined;
  readonly source: ScopeRef | undefined;
  readonly setBy: string | undefined;
  readonly setAt: string | undefined;
  readonly position: bigint | undefined;
  readonly reason: string | undefined;
}

export interface ExplainedField extends ValueAt {
  readonly lockedBy: ScopeRef | undefined;
  /** What lost, nearest first. */
  readonly overridden: readonly (ValueAt & { readonly why: 'nearer' | 'locked' | 'not understood' })[];
}

/** Why settings are what they are. */
export interface Explanation {
  readonly mode: Mode;
  readonly source: ScopeRef | undefined;
  readonly lockedBy: ScopeRef | undefined;
  readonly active: ExplainedField;
  /** Of the definition, and stored ones that it does not understand. */
  readonly fields: Readonly<Record<string, ExplainedField>>;
}

/** Projects by how they hold an integration. */
export interface Counts {
  readonly total: number;
  readonly byMode: Readonly<Record<Mode, number>>;
  readonly active: number;
}

export type CatalogProblem =
  | 'unknown integration'
  | 'unknown field'
  | 'value not accepted'
  | 'not available at level'
  | 'secret in clear';

export interface CatalogFinding {
  readonly scope: ScopeRef;
  readonly integration: string;
  readonly field?: string;
  readonly problem: CatalogProblem;
  readonly position: bigint;
}

/** Which settings a command changes, and for whom. */
export interface Sampled {
  readonly project: string;
  readonly integration: string;
  /** `undefined` where the project is not there before. */
  readonly before: EffectiveSettings | undefined;
  /** `undefined` where the project is gone. */
  readonly after: EffectiveSettings | undefined;
}

/** Why projects keep what they have; of several reasons the first in this order. */
export interface Unaffected {
  readonly custom: number;
  readonly locked: number;
  readonly nearerDefault: number;
  readonly partial: number;
  readonly same: number;
}

/** Who did it, when and why. */
export interface CausedBy {
  readonly position: bigint;
  readonly at: string;
  readonly actor: string;
  readonly reason: string | undefined;
  readonly cause: SettingsEvent;
}

/** One event, as it takes effect. */
export interface SettingsChange extends CausedBy {
  readonly scope: ScopeRef;
  readonly integration: string | undefined;
  /** Projects whose settings it changed. Good while the observer is called. @throws PreviewOutdated later */
  affected(): number;
}

/** One difference of two documents, as immer writes it; an empty path is the whole document. */
export interface Patch {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: readonly (string | number)[];
  readonly value?: unknown;
}

/** One command that changed what holds at a scope; `cause` is the last of its events. */
export interface TimelineEntry extends CausedBy {
  /** `undefined`: the scope was not there. */
  readonly before: EffectiveSettings | undefined;
  /** `undefined`: the scope is gone. */
  readonly after: EffectiveSettings | undefined;
  /** From `before` to `after`. */
  readonly patches: readonly Patch[];
}

/** One event that somebody caused, and what it changed of the scope's own settings. */
export interface AuditEntry extends CausedBy {
  readonly scope: ScopeRef;
  /** `undefined` for events about the tree. */
  readonly integration: string | undefined;
  /** Fields, and `active`, whose own value it changed. `undefined`: not own; `null`: own and empty. */
  readonly changed: Readonly<
    Record<string, { readonly before: FieldValue | null | undefined; readonly after: FieldValue | null | undefined }>
  >;
  /** How many projects' settings it changed at that time, as `changes$` counts them; replays the log up to it. */
  reached(): Promise<number>;
}

/** How far reading the log has come. */
export interface Progress {
  readonly events: number;
  /** As many as there were when it was asked; `undefined` where nobody knows. */
  readonly total: number | undefined;
  readonly perSecond: number;
}

/** Whether the view is what its log says, and what else there is to know of the log. */
export interface VerifyReport {
  /** Nothing differs. */
  readonly ok: boolean;
  /** That took effect, or came too late to have any. */
  readonly events: number;
  readonly position: bigint;
  /** Each names an integration, or the tree, and the group it differs in. */
  readonly differences: readonly string[];
  /** Met another state than they were decided on; secrets masked. */
  readonly withoutEffect: readonly RecordedEvent[];
  /** Stored values and documents that today's catalog does not understand. */
  readonly notUnderstood: number;
  /** Pairs of project and integration whose toggle is on and that miss what is required. */
  readonly incomplete: number;
  /** Data keys that the fold has ended and that are still there. */
  readonly keysLeft: number;
}

/** What was put in place of what. */
export interface RebuildReport {
  readonly events: number;
  readonly position: bigint;
  readonly milliseconds: number;
  /** In what the view before was wrong. */
  readonly differences: readonly string[];
}

/** Whether the view follows the store. */
export interface Status {
  readonly state: 'live' | 'catching-up' | 'disconnected' | 'outdated';
  /** Since when, UTC. */
  readonly since: string;
  readonly reason: string | undefined;
  readonly position: bigint;
}
