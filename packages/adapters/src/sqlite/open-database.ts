import { DatabaseSync } from 'node:sqlite';
import { inspectFile, versionOf, type FileFormat } from './inspect-file.ts';
import { toStoreError } from './map-error.ts';
import { inTransaction } from './transaction.ts';
import { whenFree } from './when-free.ts';

export interface DatabaseOptions {
  /** An absolute path. */
  readonly file: string;
  readonly applicationId: number;
  /** What leads from each schema version to the next, the first from an empty file. */
  readonly migrations: readonly string[];
  readonly synchronous: 'full' | 'normal';
  readonly busyTimeoutMs: number;
}

/**
 * Opens a database file of this application in WAL mode, brought to the newest schema version; creates it where there is
 * none. Processes that open it at the same time wait for each other. A file that is refused is not changed.
 *
 * @throws StoreCorrupted, StoreNewer, StoreUnavailable
 */
export const openDatabase = async (options: DatabaseOptions): Promise<DatabaseSync> => {
  const { file, synchronous, busyTimeoutMs } = options;
  const format = { applicationId: options.applicationId, version: options.migrations.length };
  await inspectFile(file, format);
  let database: DatabaseSync | undefined;
  try {
    const opened = (database = new DatabaseSync(file));
    await whenFree(() => migrate(opened, options, format), busyTimeoutMs);
    await whenFree(() => opened.exec('PRAGMA journal_mode = WAL'), busyTimeoutMs);
    opened.exec(`PRAGMA synchronous = ${synchronous}`);
    await whenFree(() => tryWriting(opened, format), busyTimeoutMs);
    return opened;
  } catch (error) {
    database?.close();
    throw toStoreError(error, file);
  }
};

/**
 * Of a new file, in bytes; twice what SQLite would take. A batch then writes a fifth less, reading is a tenth quicker, and a
 * single append takes as long as before: it waits for the disk.
 */
const pageSize = 8192;

/** A new file gets its schema before it goes over to WAL: so its header says from the first commit on whose it is. */
const migrate = (database: DatabaseSync, { file, migrations }: DatabaseOptions, format: FileFormat): void => {
  if (versionOf(database, file, format) === migrations.length) return;
  database.exec(`PRAGMA page_size = ${pageSize}`);
  inTransaction(database, () => {
    // Again, now that nobody else can write: another process may have been faster.
    for (const migration of migrations.slice(versionOf(database, file, format))) database.exec(migration);
    database.exec(`PRAGMA application_id = ${format.applicationId}; PRAGMA user_version = ${format.version}`);
  });
  // The header on disk tells older releases to keep away, before they open the file.
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
};

/** Writes something and takes it back: SQLite opens what it cannot write for reading, and says nothing. */
const tryWriting = (database: DatabaseSync, { version }: FileFormat): void =>
  inTransaction(
    database,
    () => database.exec(`PRAGMA user_version = ${version}`),
    () => database.exec('ROLLBACK'),
  );
