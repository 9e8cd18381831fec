import { DatabaseSync } from 'node:sqlite';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import { streamPrefixOf } from '@integration-settings/domain';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { EffectiveSettingsView } from '@integration-settings/projections';
import { milliseconds, type Scenario } from '../harness.ts';
import { salsaHistory } from '../salsa-history.ts';

const page = 1_000;
const namespace = 'integrations';

/** Folds the whole log into a new view. @returns how many events it took in */
const rebuild = async (file: string): Promise<number> => {
  const store = await openSqliteEventStore({ file });
  const view = new EffectiveSettingsView(namespace, gitlabCatalog);
  for await (const events of store.readAll({ streamPrefix: streamPrefixOf(namespace) })) {
    for (const event of events) view.apply(event);
  }
  await store.close();
  return view.events;
};

/** The least that reading a log costs: the same rows in pages, their texts parsed. @returns how many rows there are */
const readRows = (file: string): number => {
  const database = new DatabaseSync(file, { readOnly: true });
  const read = database.prepare(
    `SELECT s.name, e.position, e.revision, e.id, e.type, e.data, e.metadata
     FROM events e JOIN streams s ON s.id = e.stream WHERE e.position > ? ORDER BY e.position LIMIT ${page}`,
  );
  let count = 0;
  for (let position = -1; ;) {
    const rows = read.all(position) as {
      readonly position: number;
      readonly data: string;
      readonly metadata: string;
    }[];
    for (const { data, metadata } of rows) {
      JSON.parse(data);
      JSON.parse(metadata);
    }
    count += rows.length;
    position = rows.at(-1)?.position ?? position;
    if (rows.length < page) break;
  }
  database.close();
  return count;
};

/** What folding adds to the price of reading the log. */
export const scenario: Scenario = {
  name: 'rebuild',
  comparesWith: `reading the same rows from SQLite in pages of ${page} and parsing their JSON, nothing else`,
  async run(measure) {
    const file = await salsaHistory();
    const events = await rebuild(file);
    if (readRows(file) !== events) throw new Error('The two sides do not read the same events.');
    const rate = async (work: () => unknown): Promise<number> => (events * 1_000) / (await milliseconds(work));
    await measure(`the view from ${events} events`, {
      unit: 'events/s',
      ours: () => rate(() => rebuild(file)),
      baseline: () => rate(() => readRows(file)),
      goal: { atLeast: 0.7 },
      rounds: 41,
      warmUps: 5,
    });
  },
};
