import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import { milliseconds, type Scenario } from '../harness.ts';
import { openPlainTables, type PlainEvent } from '../plain-tables.ts';

const appends = 1_000;

const registered = (): PlainEvent => {
  const id = randomUUID();
  return { streamName: `bench.project-${id}`, id, ...body() };
};

const body = (): Pick<PlainEvent, 'type' | 'data' | 'metadata'> => ({
  type: 'ProjectRegistered',
  data: { project: 'apollo', group: 'space', name: 'Apollo' },
  metadata: { commandId: randomUUID(), actor: 'ada', at: '2026-01-01T00:00:00.000Z', schemaVersion: 1 },
});

/** What group commit leaves of the price of appends that arrive together, each to a stream of its own. */
export const scenario: Scenario = {
  name: 'sqlite-append',
  comparesWith: 'one transaction of plain inserts of the same events into tables of the same form',
  async run(measure) {
    const folder = mkdtempSync(join(tmpdir(), 'sqlite-append-'));
    const store = await openSqliteEventStore({ file: join(folder, 'ours.db') });
    const tables = openPlainTables(join(folder, 'plain.db'));
    const batch = (): readonly PlainEvent[] => Array.from({ length: appends }, registered);
    try {
      await measure(`${appends} appends at once, durable`, {
        unit: 'ms',
        ours: () => {
          const events = batch();
          return milliseconds(() =>
            Promise.all(
              events.map(({ streamName, ...event }) =>
                store.appendToStream(streamName, [event], { expectedRevision: 'no_stream' }),
              ),
            ),
          );
        },
        baseline: () => {
          const events = batch();
          return milliseconds(() => tables.insert(events));
        },
      });
    } finally {
      tables.close();
      await store.close();
      rmSync(folder, { recursive: true });
    }
  },
};
