import { open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { inspectFile, versionOf } from '../sqlite/inspect-file.ts';
import { toStoreError } from '../sqlite/map-error.ts';
import { inTransaction } from '../sqlite/transaction.ts';
import { whenFree } from '../sqlite/when-free.ts';
import { isSystemError } from './durable-file.ts';

/** `ISky` in the header's `application_id` marks a file as a key store of ours, `user_version` its schema. */
const format = { applicationId: 0x49_53_6b_79, version: 1 };

// STORED FORMAT. Add a version and what leads to it, never edit in place.
const schema = `
  CREATE TABLE data_keys (
    stream_name TEXT NOT NULL,
    stream_era INTEGER NOT NULL,
    origin TEXT NOT NULL, -- JSON
    era INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE,
    master_key TEXT NOT NULL,
    nonce TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (stream_name, stream_era, origin, era)
  ) STRICT, WITHOUT ROWID;
  PRAGMA application_id = ${format.applicationId};
  PRAGMA user_version = ${format.version};
`;

/**
 * Opens a file of data keys; makes it, for its owner only, where it is missing. A file that is refused is not changed.
 *
 * Deleted bytes are overwritten, and changes go through a rollback journal that is gone after each of them (a WAL would keep
 * the bytes until a checkpoint that readers can hold up), so that nothing of a destroyed key stays in a file.
 *
 * @throws StoreCorrupted where it is another kind of file, StoreNewer, StoreUnavailable
 */
export const openKeyDatabase = async (file: string, busyTimeoutMs: number): Promise<DatabaseSync> => {
  await inspectFile(file, format);
  let database: DatabaseSync | undefined;
  try {
    await createEmpty(file);
    const opened = (database = new DatabaseSync(file));
    await whenFree(() => createSchema(opened, file), busyTimeoutMs);
    opened.exec('PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON');
    await whenFree(() => inTransaction(opened, () => {}), busyTimeoutMs); // SQLite opens for reading what it cannot write
    return opened;
  } catch (error) {
    database?.close();
    throw toStoreError(error, file);
  }
};

const createEmpty = async (file: string): Promise<void> => {
  try {
    await (await open(file, 'wx', 0o600)).close();
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
  }
};

const createSchema = (database: DatabaseSync, file: string): void => {
  if (versionOf(database, file, format) !== 0) return;
  inTransaction(database, () => {
    // Again, now that nobody else can write: another process may have been faster.
    if (versionOf(database, file, format) === 0) database.exec(schema);
  });
};
