import { type EventStore, frozenResult, initialSettings } from '@integration-settings/domain';
import { areasBelow, resolveBelow } from '../effective-settings/areas.ts';
import { catalogReport } from '../effective-settings/catalog-report.ts';
import { readEvent } from '../effective-settings/read-event.ts';
import { instance } from '../effective-settings/tree.ts';
import type { EffectiveSettingsView, ReadableSlice } from '../effective-settings/view.ts';
import type { LiveView } from '../live/live-view.ts';
import { maskedEvent } from '../live/masked-event.ts';
import type { VerifyReport } from '../read-model.ts';
import { type FoldOptions, SecondFold } from './second-fold.ts';

/**
 * Compares the view with what its log says, and changes nothing.
 *
 * @param countKeysLeft - how many data keys are left that a view has ended
 * @throws the reason of an aborted signal, or what is wrong with the log
 */
export const verify = async (
  live: LiveView,
  eventStore: EventStore,
  countKeysLeft: (view: EffectiveSettingsView) => Promise<number>,
  options: FoldOptions = {},
): Promise<VerifyReport> => {
  const fold = new SecondFold(live, eventStore, options);
  const differences = await fold.compare();
  const fresh = await fold.alongside((_, view) => view);
  const keysLeft = await countKeysLeft(fresh);
  return frozenResult({
    ok: differences.length === 0,
    events: fresh.events,
    position: fresh.position,
    differences,
    withoutEffect: Object.freeze([...fresh.superseded.values()].map(({ event }) => masked(fresh, event))),
    notUnderstood: [...catalogReport(fresh)].filter(({ problem }) => notUnderstood.has(problem)).length,
    incomplete: [...fresh.slices.values()].reduce((sum, slice) => sum + countIncomplete(fresh, slice), 0),
    keysLeft,
  });
};

const notUnderstood: ReadonlySet<string> = new Set(['unknown integration', 'unknown field', 'value not accepted']);

const masked = (view: EffectiveSettingsView, recorded: Parameters<typeof readEvent>[0]) => {
  const event = readEvent(recorded);
  const slice = event.kind === 'settings' ? view.slices.get(event.integration) : undefined;
  return maskedEvent(recorded, slice?.view?.context.compiled);
};

/** Projects whose toggle is on and that miss something required; no project is visited. */
const countIncomplete = (view: EffectiveSettingsView, slice: { readonly view: unknown }): number => {
  if (slice.view === undefined) return 0;
  const { view: readable, own } = slice as ReadableSlice;
  const { context } = readable;
  let incomplete = 0;
  for (const area of areasBelow(view.tree, own, view.tallyOf(slice as ReadableSlice), instance)) {
    const above = readable.passedDown(area.number);
    const shapes = area.shapes.map(({ sample, count }) => ({ state: sample, count }));
    for (const { state, count } of [{ state: initialSettings, count: area.inheriting }, ...shapes]) {
      const { toggle, missing } = resolveBelow(context, above, state).settings;
      if (toggle?.value === true && missing.length > 0) incomplete += count;
    }
  }
  return incomplete;
};
