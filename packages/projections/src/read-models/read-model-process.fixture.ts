// A process that brings a read model up to date, rebuilds or verifies it, in small steps, and tells the checkpoint of each that was
// saved. Loads nothing but Node and the library.
import { openSqliteEventStore, openSqliteReadModelStore, sqliteReadModel } from '@integration-settings/adapters/sqlite';
import type { EventStore, ReadModel } from '@integration-settings/domain';
import { defineProjection } from '../projection.ts';
import { catalog } from '../testing/catalogs.fixture.ts';
import { projectionReadModel } from './projection-read-model.ts';
import { rebuildReadModel } from './rebuild-read-model.ts';
import { runReadModel } from './run-read-model.ts';
import { verifyReadModel } from './verify-read-model.ts';

/** What a process is told to do. */
export interface ReadModelJob {
  readonly task: 'run' | 'rebuild' | 'verify';
  readonly kind: 'projection' | 'sql';
  /** The file of the log. */
  readonly log: string;
  /** The file of the read model. */
  readonly file: string;
}

const nowhere: Readonly<Record<string, string>> = {};
/** Which group each project is in. */
export const places = defineProjection({
  name: 'places',
  version: 1,
  handles: ['ProjectRegistered', 'ProjectTransferred'],
  initialState: nowhere,
  evolve: (draft, { data }) => void (draft[data.project] = data.group ?? 'the instance'),
});

/** The read model that a job is for. */
export const openReadModel = async ({ kind, file }: Pick<ReadModelJob, 'kind' | 'file'>): Promise<ReadModel> =>
  kind === 'sql'
    ? sqliteReadModel({ file, catalog })
    : projectionReadModel({ projection: places, store: await openSqliteReadModelStore({ file }) });

/** Does what a job says. */
export const work = async (
  { task, kind, log, file }: ReadModelJob,
  tell: (checkpoint: bigint) => void,
): Promise<void> => {
  const eventStore = inSmallBatches(await openSqliteEventStore({ file: log }));
  const readModel = await openReadModel({ kind, file });
  const options = { eventStore, readModel, onProgress: ({ checkpoint }: { checkpoint: bigint }) => tell(checkpoint) };
  if (task === 'run') await runReadModel({ ...options, follow: false });
  else await (task === 'rebuild' ? rebuildReadModel(options) : verifyReadModel(options));
  await readModel.close();
  await eventStore.close();
};

/** The same store, with batches of seven, so that a kill finds something to interrupt. */
const inSmallBatches = (store: EventStore): EventStore => ({
  appendToStream: (...given) => store.appendToStream(...given),
  readStream: (...given) => store.readStream(...given),
  async *readAll(options) {
    for await (const events of store.readAll(options)) {
      for (let from = 0; from < events.length; from += 7) yield events.slice(from, from + 7);
    }
  },
  subscribeToAll: (options) => store.subscribeToAll(options),
  close: () => store.close(),
});

const [job] = process.argv.slice(2);
if (import.meta.main && job !== undefined) {
  await work(JSON.parse(job) as ReadModelJob, (checkpoint) => process.stdout.write(`${checkpoint}\n`));
}
