import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import type { RecordedEvent } from '@integration-settings/domain';
import { executeAll, openFresh } from '../opened.ts';
import { milliseconds, type Scenario } from '../harness.ts';
import { openPlainTables, type PlainEvent } from '../plain-tables.ts';
import { registrations, salsaProjects } from '../salsa-tree.ts';

const batch = 1_000;

/** The events of an import, as a store gives them back. */
const importedEvents = async (file: string): Promise<readonly RecordedEvent[]> => {
  const store = await openSqliteEventStore({ file });
  const events: RecordedEvent[] = [];
  for await (const page of store.readAll()) events.push(...page);
  await store.close();
  return events;
};

/** Plain inserts, a thousand a transaction. */
const insertAll = (file: string, events: readonly PlainEvent[]): void => {
  const tables = openPlainTables(file);
  for (let from = 0; from < events.length; from += batch) tables.insert(events.slice(from, from + batch));
  tables.close();
};

/** A whole tree as commands: checked, authorised, decided, appended, and shown by the view. */
export const scenario: Scenario = {
  name: 'import',
  comparesWith: `plain inserts of the same events, ${batch} a transaction, into tables of the same form`,
  async run(measure) {
    const commands = registrations(salsaProjects());
    const first = await openFresh('import');
    await executeAll(first.settings, commands, 'tree');
    const events = await importedEvents(join(first.folder, 'events.db'));
    let round = 0;
    try {
      await measure(`${commands.length} registrations, durable`, {
        unit: 'ms',
        ours: async () => {
          const { settings, remove } = await openFresh('import');
          const time = await milliseconds(() => executeAll(settings, commands, 'tree'));
          await remove();
          return time;
        },
        baseline: async () => {
          round += 1;
          const file = join(first.folder, `plain-${round}.db`);
          const time = await milliseconds(() => insertAll(file, events));
          rmSync(file);
          return time;
        },
        goal: { atMost: 3 },
        rounds: 11,
        warmUps: 4, // until all of it is compiled
      });
    } finally {
      await first.remove();
    }
  },
};
