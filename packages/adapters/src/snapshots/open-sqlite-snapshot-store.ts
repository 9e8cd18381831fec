import type { SnapshotStore } from '@integration-settings/domain';

/** Where snapshots are kept. */
export interface SqliteSnapshotStoreOptions {
  /** The database file; made where there is none, in a folder that is there. Files that end in `-wal` and `-shm` may stand beside it. */
  readonly file: string;
  /** How long another process may hold the lock, in milliseconds, before a call gives up with `StoreUnavailable`; 5 000 if absent. */
  readonly busyTimeoutMs?: number;
}

/**
 * Opens a store that keeps snapshots in one SQLite file of its own, a row a page. Several processes of one machine may use it at
 * the same time (not over a network file system); they write one after the other.
 *
 * A snapshot is one transaction, so a killed process leaves nothing behind. While it is written the log file beside the database
 * grows to its size: for snapshots of a gigabyte and more `openFileSnapshotStore` is the better place.
 *
 * @throws StoreCorrupted for a file that is no database of this kind or is damaged; StoreNewer; StoreUnavailable for one that
 * cannot be written or stays locked; TypeError for `':memory:'` and for wrong options
 */
export const openSqliteSnapshotStore = async (options: SqliteSnapshotStoreOptions): Promise<SnapshotStore> => {
  const { SqliteSnapshotStore } = await import('./sqlite-snapshot-store.ts'); // who keeps snapshots elsewhere does not load node:sqlite
  return SqliteSnapshotStore.open(options);
};
