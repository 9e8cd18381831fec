import { streamNameFilter } from '@eventstore/db-client';
import { registerProject } from '@integration-settings/domain';
import { onEventStoreDb } from '../eventstoredb.ts';
import type { Scenario } from '../harness.ts';
import { executeAll } from '../opened.ts';

const events = 20_000;

/** How many events a second it takes to do `work` with all of them. */
const rateOf = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return (events * 1_000) / (performance.now() - start);
};

/** What building the view costs beside reading its events. */
export const scenario: Scenario = {
  name: 'eventstoredb-rebuild',
  comparesWith: 'the bare client reading the same events, by a subscription filtered to their streams',
  async run(measure) {
    const { client, open, streamPrefix, close } = await onEventStoreDb();
    const settings = await open();
    await executeAll(
      settings,
      Array.from({ length: events }, (_, number) => registerProject(`apollo-${number}`, { group: null })),
      'tree',
    );
    await settings.close();
    const readAll = async (): Promise<void> => {
      const subscription = client.subscribeToAll({ filter: streamNameFilter({ prefixes: [streamPrefix] }) });
      let read = 0;
      for await (const _ of subscription) if (++read === events) break;
      await subscription.unsubscribe();
    };
    try {
      await measure(`${events} events, from opening to the first read`, {
        unit: 'events/s',
        goal: { atLeast: 0.8 },
        rounds: 7,
        ours: () => rateOf(async () => (await open()).close()),
        baseline: () => rateOf(readAll),
      });
    } finally {
      await close();
    }
  },
};
