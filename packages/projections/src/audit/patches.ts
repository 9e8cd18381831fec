import { type FieldValue, frozenResult, sameFieldValue, sameScope } from '@integration-settings/domain';
import { enablePatches, produceWithPatches } from 'immer';
import type { EffectiveSettings, Patch } from '../read-model.ts';

enablePatches();

type Draft = { -readonly [K in keyof EffectiveSettings]: EffectiveSettings[K] } & {
  values: Record<string, FieldValue>;
};

/** What leads from one document to another, field by field; where one of them is not there, the whole other. Frozen. */
export const patchesBetween = (
  before: EffectiveSettings | undefined,
  after: EffectiveSettings | undefined,
): readonly Patch[] => {
  if (before === undefined || after === undefined) {
    const whole: Patch = { op: 'replace', path: Object.freeze([]), value: after };
    return Object.freeze([frozenResult(whole)]);
  }
  const [, patches] = produceWithPatches(before, (draft: Draft) => bringTo(draft, before, after));
  return Object.freeze(patches.map(frozenPatch));
};

const bringTo = (draft: Draft, before: EffectiveSettings, after: EffectiveSettings): void => {
  draft.mode = after.mode;
  draft.active = after.active;
  draft.setAt = after.setAt;
  draft.position = after.position;
  if (!sameScope(before.source, after.source)) draft.source = after.source;
  if (!sameScope(before.lockedBy, after.lockedBy)) draft.lockedBy = after.lockedBy;
  if (before.missing.join() !== after.missing.join()) draft.missing = after.missing;
  for (const name of Object.keys(before.values)) if (!Object.hasOwn(after.values, name)) delete draft.values[name];
  for (const [name, value] of Object.entries(after.values)) {
    if (!sameFieldValue(before.values[name], value)) draft.values[name] = value;
  }
};

const frozenPatch = ({ op, path, ...rest }: Patch): Patch => {
  const given = typeof rest.value === 'object' && rest.value !== null ? { value: Object.freeze(rest.value) } : rest;
  return frozenResult({ op, path: Object.freeze([...path]), ...given });
};
