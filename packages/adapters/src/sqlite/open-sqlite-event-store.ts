import { resolve } from 'node:path';
import type { EventStore } from '@integration-settings/domain';
import { openDatabase } from './open-database.ts';
import { applicationId, migrations } from './schema.ts';
import { SqliteEventStore } from './sqlite-event-store.ts';

export interface SqliteEventStoreOptions {
  /** The database file; made where there is none, in a folder that is there. While it is open, files that end in `-wal` and `-shm` stand beside it. */
  readonly file: string;
  /** `'full'`, the default: what an append answered survives a power cut. `'normal'`: a power cut may take the last appends, never their order or a part of one. */
  readonly synchronous?: 'full' | 'normal';
  /** How long another process may hold the lock, in milliseconds, before a call gives up with `StoreUnavailable`; 5 000 if absent. */
  readonly busyTimeoutMs?: number;
}

/**
 * Opens an event store in one SQLite file. Several processes of one machine may use it at the same time (not over a network
 * file system); each sees what the others append.
 *
 * Appends that are asked for in one turn of the event loop are committed together with one fsync, and the process waits
 * while the disk writes. A file that is refused is left as it is.
 *
 * @throws StoreCorrupted for a file that is no database of ours or is damaged; StoreNewer; StoreUnavailable for one that
 * cannot be written or stays locked; TypeError for `':memory:'` and for wrong options
 */
export const openSqliteEventStore = async (options: SqliteEventStoreOptions): Promise<EventStore> => {
  const { file, synchronous = 'full', busyTimeoutMs = 5_000 } = options;
  if (typeof file !== 'string' || file === '' || file === ':memory:') {
    throw new TypeError(
      `"file" is ${JSON.stringify(file)}, expected the path of a file. In memory there is openMemoryEventStore.`,
    );
  }
  if (synchronous !== 'full' && synchronous !== 'normal') {
    throw new TypeError(`"synchronous" is "${String(synchronous)}", expected "full" or "normal".`);
  }
  if (!(busyTimeoutMs >= 0)) throw new TypeError(`"busyTimeoutMs" is ${busyTimeoutMs}, expected a number from 0.`);
  const path = resolve(file);
  const database = await openDatabase({ file: path, applicationId, migrations, synchronous, busyTimeoutMs });
  return SqliteEventStore.over(database, path, busyTimeoutMs);
};
