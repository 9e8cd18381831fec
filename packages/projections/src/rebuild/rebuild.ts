import { type EventStore, frozenResult } from '@integration-settings/domain';
import type { LiveView } from '../live/live-view.ts';
import type { RebuildReport } from '../read-model.ts';
import { type FoldOptions, SecondFold } from './second-fold.ts';

/**
 * Builds the view anew beside the old one, which is asked and followed meanwhile, compares them, and switches in one step.
 *
 * @throws the reason of an aborted signal, or what is wrong with the log: the old view stays
 */
export const rebuild = async (
  live: LiveView,
  eventStore: EventStore,
  options: FoldOptions = {},
): Promise<RebuildReport> => {
  const begun = performance.now();
  const fold = new SecondFold(live, eventStore, options);
  const differences = await fold.compare();
  return fold.alongside((_, fresh) => {
    const { events, position } = fresh;
    live.replaceWith(fresh);
    return frozenResult({ events, position, milliseconds: Math.round(performance.now() - begun), differences });
  });
};
