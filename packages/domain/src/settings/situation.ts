import type { CompiledDefinition } from '../catalog/compile.ts';
import type { FieldValue } from '../catalog/definition.ts';
import { CommandRejected, SecretsNotConfigured } from '../errors.ts';
import type { Issue } from '../issue.ts';
import type { DecidedValue, PlainValue, SettingsEventBody } from '../events.ts';
import { levelOf, scopeKey, type ScopeRef } from '../scope.ts';
import { SecretMark } from '../secret-ref.ts';
import { isKept } from './lay-over.ts';
import type { PreparedValue, PreparedValues } from './prepare-values.ts';
import { resolveStep, type Settings } from './resolve.ts';
import { evolveSettings, notAppended, type SettingsState } from './state.ts';
import { isSealed, type ReadingContext, sameFieldValue, understand, type Understood } from './understand.ts';

/** What other streams know, as plain data read from the projection. */
export interface SettingsSurroundings {
  /** `undefined` where the catalog does not have the integration. */
  readonly context: ReadingContext | undefined;
  /** What the parent passes down; of the instance: nothing. */
  readonly above: Settings;
  /** Whether there is a keyring to seal secrets with. */
  readonly canSeal: boolean;
  /** Whether the log has events of the integration, which the catalog may have lost. */
  readonly known: boolean;
  /** Of an erasure: whether another stream holds a secret of this origin and era. */
  readonly copiedElsewhere?: boolean;
  /** Of a revert: what the stream said at the moment asked for. */
  readonly asOf?: SettingsState;
}

/** Where a command meets what there is. */
export interface Situation {
  readonly scope: ScopeRef;
  readonly integration: string;
  readonly state: SettingsState;
  readonly around: SettingsSurroundings;
}

const at = ({ scope, integration }: Situation): string => `"${integration}" at "${scopeKey(scope)}"`;

/** @throws CommandRejected where the catalog does not have the integration */
export const readingContextOf = (situation: Situation): ReadingContext => {
  const { context } = situation.around;
  if (context !== undefined) return context;
  throw unknownIntegration(situation);
};

/** For commands that give back: they take an integration that the catalog has lost, but not one that never was. */
export const requireKnown = (situation: Situation): CompiledDefinition | undefined => {
  const { context, known } = situation.around;
  if (context === undefined && !known) throw unknownIntegration(situation);
  return context?.compiled;
};

const unknownIntegration = ({ integration }: Situation): CommandRejected =>
  new CommandRejected('UnknownIntegration', `The catalog has no integration "${integration}".`);

/** @throws CommandRejected where the definition does not allow settings at the scope's level */
export const requireLevel = (situation: Situation): void => {
  const { levels } = readingContextOf(situation).compiled.definition;
  const level = levelOf(situation.scope);
  if (levels === undefined || levels.includes(level)) return;
  throw new CommandRejected(
    'NotAvailableAtLevel',
    `${at(situation)} cannot be set; its levels are ${levels.map((allowed) => `"${allowed}"`).join(', ')}.`,
  );
};

/** @throws CommandRejected where nothing is effective above that could be inherited */
export const requireDefaultAbove = (situation: Situation): void => {
  if (situation.around.above.source === undefined) {
    throw new CommandRejected('NoDefaultToInherit', `${at(situation)} has no default above it to inherit.`);
  }
};

/** @throws CommandRejected below a whole lock: for every command that would give own settings */
export const requireNotLocked = (situation: Situation): void => {
  const { whole } = situation.around.above.locks;
  if (whole !== undefined) {
    throw new CommandRejected('LockedByAncestor', `${at(situation)} is locked by "${scopeKey(whole.scope)}".`);
  }
};

/** The fields the scope has of its own, as read today; none where nothing is own. */
export const ownUnderstood = (situation: Situation): ReadonlyMap<string, Understood> => {
  const { state, scope } = situation;
  return state.own === undefined ? new Map() : understand(readingContextOf(situation), scope, state.era, state.own);
};

/**
 * @throws CommandRejected where a given value, or `active`, is locked above and differs from the one that holds as well as
 *   from the one that the scope has stored
 */
export const requireFieldsNotLocked = (
  situation: Situation,
  given: { readonly active?: boolean; readonly values?: PreparedValues },
): void => {
  const { above } = situation.around;
  if (above.locks.fields.size === 0) return;
  const own = ownUnderstood(situation);
  const { active } = given;
  const names = [...(given.values?.values ?? [])]
    .filter(([name, value]) => deviates(situation, own, name, value))
    .map(([name]) => name);
  if (
    active !== undefined &&
    above.locks.fields.has('active') &&
    active !== above.toggle?.value &&
    active !== situation.state.own?.active?.value
  ) {
    names.unshift('active');
  }
  if (names.length === 0) return;
  const lockers = names.map((name) => `"${name}" by "${scopeKey(above.locks.fields.get(name)?.scope ?? 'instance')}"`);
  throw new CommandRejected('LockedByAncestor', `${at(situation)} has locked fields: ${lockers.join(', ')}.`);
};

/** Whether a given value of a locked field is another one than holds, and another one than is stored. */
const deviates = (
  { around, state }: Situation,
  own: ReadonlyMap<string, Understood>,
  name: string,
  given: PreparedValue,
): boolean => {
  if (!around.above.locks.fields.has(name)) return false;
  const holds = around.above.slots.get(name)?.value;
  const isOwn = own.has(name) || state.own?.kind === 'custom';
  const stored = own.get(name)?.value;
  if (isKept(given, holds) || isKept(given, stored)) return false;
  if (given.kind === 'entered') return true;
  const value = given.kind === 'plain' ? given.value : undefined;
  return !sameFieldValue(value, holds) && !(isOwn && sameFieldValue(value, stored));
};

/** What the last checks are told beside the events. */
export interface Conclusion {
  /** Faults of the values by themselves. */
  readonly issues?: readonly Issue[];
  readonly entersSecret?: boolean;
  /** What comes back as it was may be incomplete. */
  readonly mayBeIncomplete?: boolean;
}

/**
 * The last of the checks, of what a command leads to.
 *
 * A required field is a fault only if the command makes the scope active or takes that field from it, and something is own
 * afterwards (R18).
 *
 * @returns the events
 * @throws SecretsNotConfigured where something must be sealed and cannot be; CommandRejected with every fault by field
 */
export const concluded = (
  situation: Situation,
  events: readonly SettingsEventBody[],
  { issues = [], entersSecret = false, mayBeIncomplete = false }: Conclusion = {},
): readonly SettingsEventBody[] => {
  const { state, around } = situation;
  if (!around.canSeal && (entersSecret || events.some(holdsSecret))) {
    throw new SecretsNotConfigured(`${at(situation)} would store a secret, and no keyring was given to seal it with.`);
  }
  const after = events.reduce((folded, event) => evolveSettings(folded, event, notAppended), state);
  const isJudged = after.own !== undefined && after.own !== state.own && !mayBeIncomplete;
  const missing = isJudged ? missingFields(situation, after, issues) : [];
  const faults = [...issues, ...missing];
  if (faults.length === 0) return events;
  throw new CommandRejected('InvalidValues', `The values for ${at(situation)} are not valid.`, faults);
};

const missingFields = (situation: Situation, after: SettingsState, issues: readonly Issue[]): readonly Issue[] => {
  const { scope, state, around } = situation;
  const context = readingContextOf(situation);
  const now = resolveStep(context, around.above, { scope, state: after }).settings;
  if (now.toggle?.value !== true) return [];
  const before = resolveStep(context, around.above, { scope, state }).settings;
  const faulty = new Set(issues.map((issue) => issue.field));
  return now.missing
    .filter((name) => !faulty.has(name))
    .filter((name) => before.toggle?.value !== true || before.slots.get(name)?.value !== undefined)
    .map((field) => ({ field, message: 'is required while the integration is active' }));
};

const holdsSecret = (event: SettingsEventBody): boolean =>
  'values' in event.data && Object.values(event.data.values ?? {}).some((value) => isSealed(value));

/** Values as events carry them. */
export const toStored = (value: FieldValue): DecidedValue =>
  value instanceof SecretMark
    ? { $secret: { id: value.id, origin: value.origin, era: value.era } }
    : (value as PlainValue);
