import {
  type Cause,
  fieldOf,
  type FieldValue,
  frozenResult,
  lockOf,
  nothingAbove,
  resolveStep,
  type ScopeRef,
  type Settings,
  type SettingsState,
  understand,
} from '@integration-settings/domain';
import type { ExplainedField, Explanation, ValueAt } from '../read-model.ts';
import { numberOf, sliceOf } from './queries.ts';
import { showStored } from './show-stored.ts';
import type { EffectiveSettingsView, ReadableSlice } from './view.ts';

/** One scope of the path: what it has, and what it inherits. */
interface Level {
  readonly scope: ScopeRef;
  readonly state: SettingsState;
  readonly above: Settings;
}

type Overridden = ExplainedField['overridden'][number];

/** Says for the toggle and each field which value holds, who set it, and every value that lost, nearest first. */
export const explain = (view: EffectiveSettingsView, scope: ScopeRef, integration: string): Explanation => {
  const number = numberOf(view, scope);
  const slice = sliceOf(view, integration);
  const levels: Level[] = [];
  let above = nothingAbove;
  for (const at of view.tree.pathOf(number)) {
    const level = { scope: view.tree.refOf(at), state: slice.own.stateOf(at), above };
    levels.unshift(level);
    above = resolveStep(slice.view.context, above, level).passedDown;
  }
  const { mode, settings } = slice.view.resolved(number);
  const fields: Record<string, ExplainedField> = {};
  for (const name of namesOf(slice, levels)) fields[name] = explainField(slice, name, settings, levels);
  return frozenResult({
    mode,
    source: settings.source,
    lockedBy: settings.locks.highest,
    active: explainToggle(settings, levels),
    fields: frozenResult(fields),
  });
};

const explainToggle = (settings: Settings, levels: readonly Level[]): ExplainedField => {
  const winner = settings.toggle;
  const overridden = levels.flatMap((level): readonly Overridden[] => {
    const active = level.state.own?.active;
    if (active === undefined || active.cause === winner?.from.cause || settings.source === undefined) return [];
    return [{ ...valueAt(active.value, level.scope, active.cause), why: whyLost(level, 'active') }];
  });
  return frozenResult({
    ...valueAt(winner?.value, winner?.from.scope, winner?.from.cause),
    lockedBy: lockOf(settings.locks, 'active'),
    overridden: Object.freeze(overridden.map((lost) => frozenResult(lost))),
  });
};

const explainField = (
  slice: ReadableSlice,
  name: string,
  settings: Settings,
  levels: readonly Level[],
): ExplainedField => {
  const winner = settings.slots.get(name);
  const overridden = levels.flatMap((level): readonly Overridden[] => {
    const stored = readStored(slice, level, name);
    if (stored === undefined) return [];
    const { value, cause, isUnderstood } = stored;
    if (!isUnderstood) return [{ ...valueAt(value, level.scope, cause), why: 'not understood' }];
    if (cause === winner?.cause || settings.source === undefined) return [];
    return [{ ...valueAt(value, level.scope, cause), why: whyLost(level, name) }];
  });
  return frozenResult({
    ...valueAt(winner?.value, winner?.scope, winner?.cause),
    lockedBy: lockOf(settings.locks, name),
    overridden: Object.freeze(overridden.map((lost) => frozenResult(lost))),
  });
};

const whyLost = ({ above }: Level, name: string): 'locked' | 'nearer' =>
  lockOf(above.locks, name) === undefined ? 'nearer' : 'locked';

/** What a scope has stored under a name, as far as it may be shown. */
const readStored = (
  { view }: ReadableSlice,
  { scope, state }: Level,
  name: string,
): { readonly value: FieldValue | undefined; readonly cause: Cause; readonly isUnderstood: boolean } | undefined => {
  const stored = fieldOf(state.own, name);
  if (state.own === undefined || stored === undefined) return undefined;
  const { cause } = stored;
  const understood = understand(view.context, scope, state.era, state.own).get(name);
  if (understood !== undefined && understood.absence !== 'not understood')
    return { value: understood.value, cause, isUnderstood: true };
  const isSecret = view.context.compiled.fields.get(name)?.secret === true;
  const raw = showStored(stored.value, isSecret, () => ({
    id: view.context.clearSecretId(cause.eventId, name),
    origin: scope,
    era: state.era,
  }));
  return { value: raw, cause, isUnderstood: false };
};

const valueAt = (value: FieldValue | undefined, source: ScopeRef | undefined, cause: Cause | undefined): ValueAt => ({
  value,
  source,
  setBy: cause?.actor,
  setAt: cause?.at,
  position: cause?.position,
  reason: cause?.reason,
});

/** The definition's fields, then stored ones that it does not know, by code unit. */
const namesOf = (slice: ReadableSlice, levels: readonly Level[]): readonly string[] => {
  const known = slice.view.context.compiled.fields;
  const others = new Set<string>();
  for (const { state } of levels) {
    for (const { name } of state.own?.fields ?? []) if (!known.has(name)) others.add(name);
  }
  return [...known.keys(), ...[...others].sort()];
};
