import { closeFields } from '../catalog/compile.ts';
import { CommandRejected } from '../errors.ts';
import type { Issue } from '../issue.ts';
import type { SettingsEventBody } from '../events.ts';
import type { ScopeRef } from '../scope.ts';
import { concluded, readingContextOf, requireKnown, type Situation } from './situation.ts';

/** Adds fields to a lock, or makes it whole; with `only`, exactly these stay locked (R6). */
export const lock = (
  situation: Situation,
  fields: readonly string[] | undefined,
  only: boolean,
): readonly SettingsEventBody[] => {
  const { state, scope, integration } = situation;
  const { compiled } = readingContextOf(situation);
  const held = state.lock?.fields ?? [];
  const subject = { ...lockSubject(scope), integration };
  if (fields === undefined) return held === 'whole' ? [] : [{ type: 'DefaultLocked', data: subject }];
  const issues = unknownNames(situation, fields, (name) => held !== 'whole' && held.includes(name));
  const wanted = closeFields(compiled, fields);
  if (held === 'whole') {
    const events: readonly SettingsEventBody[] = [
      { type: 'DefaultUnlocked', data: subject },
      { type: 'DefaultLocked', data: { ...subject, fields: wanted } },
    ];
    return concluded(situation, only ? events : [], { issues });
  }
  const lifted = only
    ? closeFields(compiled, held).filter((name) => held.includes(name) && !wanted.includes(name))
    : [];
  const added = wanted.filter((name) => !held.includes(name));
  const events: SettingsEventBody[] = [];
  if (lifted.length > 0) events.push({ type: 'DefaultUnlocked', data: { ...subject, fields: lifted } });
  if (added.length > 0) events.push({ type: 'DefaultLocked', data: { ...subject, fields: added } });
  return concluded(situation, events, { issues });
};

/** Lifts fields of a lock, or all of it. Takes names that the definition has lost. */
export const unlock = (situation: Situation, fields: readonly string[] | undefined): readonly SettingsEventBody[] => {
  const { state, scope, integration } = situation;
  const compiled = requireKnown(situation);
  const held = state.lock?.fields;
  const subject = { ...lockSubject(scope), integration };
  if (fields === undefined) return held === undefined ? [] : [{ type: 'DefaultUnlocked', data: subject }];
  if (held === 'whole') {
    throw new CommandRejected('InvalidCommand', 'A whole lock has no fields to lift.', [
      { field: 'fields', message: 'is given; expected none, or a LockDefault with "only" to keep some fields locked' },
    ]);
  }
  const issues = unknownNames(situation, fields, (name) => held?.includes(name) === true);
  const lifted = closeFields(compiled, fields).filter((name) => held?.includes(name) === true);
  return concluded(
    situation,
    lifted.length === 0 ? [] : [{ type: 'DefaultUnlocked', data: { ...subject, fields: lifted } }],
    { issues },
  );
};

/** Who a lock event is about. A project has no lock. */
export const lockSubject = (scope: ScopeRef): { readonly group?: string } =>
  typeof scope === 'object' && 'group' in scope ? { group: scope.group } : {};

/** A fault for each name that is neither a field, nor `active`, nor stored. */
export const unknownNames = (
  { around }: Situation,
  names: readonly string[],
  isStored: (name: string) => boolean,
): readonly Issue[] =>
  names
    .filter((name) => name !== 'active' && around.context?.compiled.fields.has(name) !== true && !isStored(name))
    .map((field) => ({ field, message: 'is not a field of this integration' }));
