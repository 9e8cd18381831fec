import { frozenResult, PreviewOutdated } from '@integration-settings/domain';
import { Alternative, type Difference } from '../effective-settings/alternative.ts';
import { countImpact } from '../effective-settings/impact.ts';
import { instance } from '../effective-settings/tree.ts';
import type { Effect, EffectiveSettingsView, IntegrationSlice, ReadableSlice } from '../effective-settings/view.ts';
import type { SettingsChange } from '../read-model.ts';
import { causedBy } from './caused-by.ts';

/** An event with something to say, and a way to end the time in which it can count whom it reached. */
export interface Announcement {
  readonly change: SettingsChange;
  readonly end: () => void;
}

/** What an event did, for observers; `undefined` for events about neither settings nor scopes. */
export const announce = (view: EffectiveSettingsView, effect: Effect): Announcement | undefined => {
  const { event } = effect;
  if (event.kind === 'optional') return undefined;
  const integration = event.kind === 'settings' ? event.integration : undefined;
  const slice = integration === undefined ? undefined : view.slices.get(integration);
  let isOver = false;
  const change: SettingsChange = frozenResult({
    ...causedBy(event, slice?.view?.context.compiled),
    scope: Object.freeze(event.scope),
    integration,
    affected: (): number => {
      if (isOver)
        throw new PreviewOutdated('How many projects a change affected can be asked only while it is announced.');
      return affectedBy(view, effect);
    },
  });
  return { change, end: () => (isOver = true) };
};

/** How many projects' settings an event changed that has just taken effect; of one about the tree, pairs of project and integration. */
export const affectedBy = (view: EffectiveSettingsView, effect: Effect): number => {
  if (effect.kind === 'none' || effect.kind === 'renamed') return 0;
  if (effect.kind === 'settings') {
    const slice = view.slices.get(effect.event.kind === 'settings' ? effect.event.integration : '');
    return slice?.view === undefined
      ? 0
      : countBetween(view, slice as ReadableSlice, effect.number, ...settingsDifferences(effect));
  }
  let pairs = 0;
  for (const slice of readableSlices(view)) {
    if (slice.own.groups.size === 0 && slice.own.projects.size === 0) continue;
    if (effect.kind === 'registered') {
      if (view.tree.isProject(effect.number) && slice.view.above(effect.number).source !== undefined) pairs += 1;
    } else if (effect.kind === 'moved') {
      const { number, from, to } = effect;
      pairs += countBetween(view, slice, number, { number, parent: from }, { number, parent: to });
    } else
      pairs += countBetween(
        view,
        slice,
        effect.number,
        { number: effect.number },
        { number: effect.number, gone: true },
      );
  }
  return pairs;
};

const settingsDifferences = (effect: Effect & { readonly kind: 'settings' }): readonly [Difference, Difference] => {
  const { number, before, after } = effect;
  if (before.era === after.era)
    return [
      { number, state: before },
      { number, state: after },
    ];
  return [
    { number, state: before, era: before.era },
    { number, state: after, era: after.era },
  ];
};

const countBetween = (
  view: EffectiveSettingsView,
  slice: ReadableSlice,
  number: number,
  before: Difference,
  after: Difference,
): number =>
  countImpact({
    view,
    slice,
    root: before.era === undefined ? number : instance,
    before: new Alternative(view, slice, before),
    after: new Alternative(view, slice, after),
  }).affected;

/** The integrations of the catalog that have own settings at some scope that is there. */
export const slicesWithSettings = (view: EffectiveSettingsView): readonly ReadableSlice[] =>
  readableSlices(view).filter((slice) => hasSettings(view, slice));

const readableSlices = (view: EffectiveSettingsView): readonly ReadableSlice[] =>
  [...view.slices.values()].filter((slice): slice is ReadableSlice => slice.view !== undefined);

const hasSettings = ({ tree }: EffectiveSettingsView, { own }: IntegrationSlice): boolean => {
  for (const number of own.groups) if (own.stateOf(number).own !== undefined && tree.isPresent(number)) return true;
  for (const number of own.projects) if (tree.isPresent(number)) return true;
  return false;
};
