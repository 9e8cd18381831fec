import { jsonEvent } from '@eventstore/db-client';
import { registerProject } from '@integration-settings/domain';
import { onEventStoreDb } from '../eventstoredb.ts';
import type { Scenario } from '../harness.ts';
import { administrator } from '../opened.ts';

const inFlight = 64;
const commands = 2_000;

/** Does `work` so many times, some at once. @returns how many a second */
const rateOf = async (work: (number: number) => Promise<unknown>): Promise<number> => {
  let next = 0;
  const start = performance.now();
  const worker = async (): Promise<void> => {
    while (next < commands) await work(next++);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return (commands * 1_000) / (performance.now() - start);
};

/** What commands cost beside the appends that they come to: deciding, and waiting until the view shows them. */
export const scenario: Scenario = {
  name: 'eventstoredb-append',
  comparesWith: 'the bare client appending the same events, as many at once',
  async run(measure) {
    const { client, open, streamPrefix, close } = await onEventStoreDb();
    const settings = await open();
    let round = 0;
    try {
      await measure(`${commands} registrations, ${inFlight} in flight`, {
        unit: 'commands/s',
        goal: { atLeast: 0.7 },
        rounds: 7,
        ours: () => {
          round += 1;
          return rateOf((number) =>
            settings.execute(registerProject(`apollo-${round}-${number}`, { group: null }), { actor: administrator }),
          );
        },
        baseline: () =>
          rateOf((number) => {
            const project = `apollo-${round}-${number}`;
            const metadata = {
              commandId: crypto.randomUUID(),
              commandHash: 'AAAAAAAAAAAAAAAAAAAAAA',
              actor: administrator.id,
              at: new Date().toISOString(),
              schemaVersion: 1,
            };
            const event = jsonEvent({ type: 'ProjectRegistered', data: { project }, metadata });
            return client.appendToStream(`bare-${streamPrefix}project-${project}`, event, {
              expectedRevision: 'no_stream',
            });
          }),
      });
    } finally {
      await settings.close();
      await close();
    }
  },
};
