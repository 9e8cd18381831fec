import { closeFields, inDefinitionOrder } from '../catalog/compile.ts';
import { CommandRejected } from '../errors.ts';
import type { DecidedValue, SettingsEventBody } from '../events.ts';
import { beginning, below, type Changed, changing, resetting } from './event-bodies.ts';
import { type LaidOver, layOver, type Values } from './lay-over.ts';
import { lockSubject, unknownNames } from './locks.ts';
import { nothingGiven, type PreparedValues } from './prepare-values.ts';
import { resolveStep, type Settings } from './resolve.ts';
import {
  concluded,
  ownUnderstood,
  readingContextOf,
  requireDefaultAbove,
  requireFieldsNotLocked,
  requireKnown,
  requireLevel,
  requireNotLocked,
  type Situation,
  toStored,
} from './situation.ts';
import { fieldOf, type OwnDocument } from './state.ts';
import { sameFieldValue, type Understood } from './understand.ts';

/** What a command gives: the toggle, values, or both. */
export interface GivenSettings {
  readonly active?: boolean;
  readonly values?: PreparedValues;
}

/** Complete own settings: from a copy of what is effective where there are none yet, else a change of them (R12). */
export const setOrChange = (situation: Situation, given: GivenSettings): readonly SettingsEventBody[] => {
  const { state, scope, integration, around } = situation;
  if (state.own?.kind === 'custom') return change(situation, given);
  const context = readingContextOf(situation);
  requireLevel(situation);
  requireNotLocked(situation);
  requireFieldsNotLocked(situation, given);
  const effective = resolveStep(context, around.above, { scope, state }).settings;
  const start = effective.source === undefined ? presentOf(ownUnderstood(situation)) : valuesOf(effective);
  const laid = layOver(context.compiled, start, given.values ?? nothingGiven, start);
  const active = given.active ?? effective.toggle?.value ?? state.own?.active?.value ?? true;
  const body = { integration, active, values: storedValues([...context.compiled.fields.keys()], laid.values) };
  return concluded(situation, [beginning(scope, body)], { issues: laid.issues, entersSecret: entersSecret(given) });
};

/** A change of custom settings; never a way to get some (R14). */
export const change = (situation: Situation, given: GivenSettings): readonly SettingsEventBody[] => {
  const { state, scope, integration, around } = situation;
  const context = readingContextOf(situation);
  const { compiled } = context;
  requireLevel(situation);
  const { own } = state;
  if (own?.kind !== 'custom') {
    throw new CommandRejected('NotCustom', `"${integration}" has no custom settings here; switch to custom first.`);
  }
  requireNotLocked(situation);
  requireFieldsNotLocked(situation, given);
  const understood = ownUnderstood(situation);
  const holds = valuesOf(resolveStep(context, around.above, { scope, state }).settings);
  const laid = layOver(compiled, presentOf(understood), given.values ?? nothingGiven, holds);
  const differing = inDefinitionOrder(compiled, laid.decided).filter(
    (name) => !isAlready(understood.get(name), name, laid),
  );
  const changed = changesOf(own, given.active, differing, laid.values);
  const events = isChange(changed) ? [changing(scope, integration, changed)] : [];
  return concluded(situation, events, { issues: laid.issues, entersSecret: entersSecret(given) });
};

/** Own settings for only some fields; later changes of the default still reach the others (R13). */
export const override = (situation: Situation, given: GivenSettings): readonly SettingsEventBody[] => {
  const { state, scope, integration, around } = situation;
  const context = readingContextOf(situation);
  requireLevel(situation);
  if (state.own?.kind === 'custom') {
    throw new CommandRejected('NotInheriting', `"${integration}" has custom settings here; change those instead.`);
  }
  requireDefaultAbove(situation);
  requireNotLocked(situation);
  requireFieldsNotLocked(situation, given);
  const own = ownUnderstood(situation);
  const effective = valuesOf(resolveStep(context, around.above, { scope, state }).settings);
  const start = new Map(effective);
  // What the connection makes own without its being stored is absent, also where a lock shows something else there.
  for (const [name, { value }] of own) {
    if (value === undefined) start.delete(name);
    else start.set(name, value);
  }
  const laid = layOver(context.compiled, start, given.values ?? nothingGiven, effective);
  const differing = closeFields(context.compiled, laid.decided).filter(
    (name) => own.get(name)?.stored === undefined || !isAlready(own.get(name), name, laid),
  );
  const changed = changesOf(state.own, given.active, differing, laid.values);
  const data = { ...below(scope), integration, ...changed };
  const events: SettingsEventBody[] = isChange(changed) ? [{ type: 'FieldsOverridden', data }] : [];
  return concluded(situation, events, { issues: laid.issues, entersSecret: entersSecret(given) });
};

/** Own settings are dropped and the latest default holds; only a toggle that differs from it is kept (R11). */
export const switchToInherited = (situation: Situation, active: boolean | undefined): readonly SettingsEventBody[] => {
  const { state, scope, integration, around } = situation;
  readingContextOf(situation);
  const { own } = state;
  const kept = active !== undefined && active !== around.above.toggle?.value ? active : undefined;
  if (kept !== undefined && around.above.source !== undefined) requireLevel(situation);
  requireDefaultAbove(situation);
  if (kept !== undefined) {
    requireNotLocked(situation);
    requireFieldsNotLocked(situation, { active: kept });
  }
  const isSo =
    kept === undefined
      ? own === undefined
      : own?.kind === 'partial' && own.active?.value === kept && own.fields.length === 0;
  if (isSo) return [];
  const data = { ...below(scope), integration, ...(kept === undefined ? {} : { active: kept }) };
  return concluded(situation, [{ type: 'SwitchedToInherited', data }]);
};

/** Gives fields back; on custom settings all others, the empty ones too, stay own (R13). */
export const inherit = (situation: Situation, names: readonly string[]): readonly SettingsEventBody[] => {
  const { state, scope, integration } = situation;
  const { compiled } = readingContextOf(situation);
  const { own } = state;
  if (own?.kind === 'custom') requireDefaultAbove(situation);
  const issues = unknownNames(situation, names, (name) => fieldOf(own, name) !== undefined);
  const isOwn = (name: string): boolean => {
    if (name === 'active') return own?.active !== undefined;
    return fieldOf(own, name) !== undefined || (own?.kind === 'custom' && compiled.fields.has(name));
  };
  const fields = closeFields(compiled, names).filter(isOwn);
  if (own === undefined || fields.length === 0) return concluded(situation, [], { issues });
  const empty =
    own.kind === 'custom'
      ? [...compiled.fields.keys()].filter((name) => fieldOf(own, name) === undefined && !fields.includes(name))
      : [];
  const values = Object.fromEntries(empty.map((name) => [name, null]));
  const data = { ...below(scope), integration, fields, ...(empty.length === 0 ? {} : { values }) };
  return concluded(situation, [{ type: 'FieldsInherited', data }], { issues });
};

/** Removes whatever the scope has of its own, its lock too (R9). */
export const reset = (situation: Situation): readonly SettingsEventBody[] => {
  const { state, scope, integration } = situation;
  requireKnown(situation);
  const events: SettingsEventBody[] = [];
  if (state.lock !== undefined) events.push({ type: 'DefaultUnlocked', data: { ...lockSubject(scope), integration } });
  if (state.own !== undefined) events.push(resetting(scope, integration));
  return events;
};

/** Whether what is stored says so already, so that no event needs to. */
const isAlready = (stored: Understood | undefined, name: string, laid: LaidOver): boolean => {
  const target = laid.values.get(name);
  if (target !== undefined || stored === undefined) return sameFieldValue(target, stored?.value);
  if (stored.value !== undefined) return false;
  return stored.absence !== 'not understood' || !laid.decided.has(name);
};

const changesOf = (
  own: OwnDocument | undefined,
  active: boolean | undefined,
  names: readonly string[],
  values: Values,
): Changed => {
  const changed = names.map((name) => {
    const value = values.get(name);
    return [name, value === undefined ? null : toStored(value)] as const;
  });
  return {
    ...(active === undefined || active === own?.active?.value ? {} : { active }),
    ...(changed.length === 0 ? {} : { values: Object.fromEntries(changed) }),
  };
};

const isChange = (changed: Changed): boolean => changed.active !== undefined || changed.values !== undefined;

const entersSecret = ({ values }: GivenSettings): boolean =>
  values !== undefined && [...values.values.values()].some(({ kind }) => kind === 'entered' || kind === 'same');

const storedValues = (names: readonly string[], values: Values): Readonly<Record<string, DecidedValue>> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = values.get(name);
      return value === undefined ? [] : [[name, toStored(value)]];
    }),
  );

const presentOf = (understood: ReadonlyMap<string, Understood>): Values =>
  new Map([...understood].flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value] as const])));

const valuesOf = ({ slots }: Settings): Values =>
  new Map([...slots].flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value] as const])));
