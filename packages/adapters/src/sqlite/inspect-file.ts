import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { isIntegrationSettingsError, StoreCorrupted, StoreNewer } from '@integration-settings/domain';
import { isNoDatabase, toStoreError } from './map-error.ts';

/** Whose a file is, and of which schema version: the one it has, or the newest that is understood. */
export interface FileFormat {
  readonly applicationId: number;
  readonly version: number;
}

/**
 * Looks at a file before it is opened for good, because opening alone writes beside a file in WAL mode, or even to it. What
 * can only be told under a lock is left to the opening.
 *
 * The look goes through SQLite: whoever closes a file that this process has open elsewhere lets go of SQLite's locks on it.
 *
 * @throws StoreCorrupted for anything but a database of this application, and for the log of one that is gone; StoreNewer;
 * StoreUnavailable where the file or its folder cannot be written
 */
export const inspectFile = async (file: string, format: FileFormat): Promise<void> => {
  if (await isNew(file)) return;
  let database: DatabaseSync | undefined;
  try {
    // Immutable: no lock is taken, nothing is made beside the file, and nothing of what stands there is read.
    database = new DatabaseSync(`${pathToFileURL(file).href}?mode=ro&immutable=1`, { readOnly: true });
    checkFormat(file, format, formatOf(database));
  } catch (error) {
    if (isIntegrationSettingsError(error)) throw error;
    if (isNoDatabase(error)) throw toStoreError(error, file);
    // Anything else may be the look of a file that another process is writing at the moment.
  } finally {
    database?.close();
  }
};

/**
 * Whether there is no file yet, or an empty one: SQLite would throw away what stands in a log beside it.
 *
 * @throws StoreCorrupted where something does; StoreUnavailable where the file or its folder cannot be written
 */
const isNew = async (file: string): Promise<boolean> => {
  try {
    await access(dirname(file), constants.W_OK);
    // Before the file itself: another process that makes it has the file before its journal, and a schema in it before its
    // write-ahead log.
    const [log, journal] = await Promise.all([sizeOf(`${file}-wal`), sizeOf(`${file}-journal`)]);
    const size = await sizeOf(file);
    if (size !== undefined) await access(file, constants.W_OK);
    if (size !== undefined && size > 0) return false;
    if (log) throw leftAlone(file, '-wal');
    if (journal && size === undefined) throw leftAlone(file, '-journal');
    return true;
  } catch (error) {
    throw toStoreError(error, file);
  }
};

const leftAlone = (file: string, suffix: string): StoreCorrupted =>
  new StoreCorrupted(
    `The store "${file}" is missing or empty, but its log "${file}${suffix}" is there and may hold what was written last. ` +
      'Put the file back, or move the log away. Nothing was changed.',
  );

/** @returns `undefined` where there is no such file */
const sizeOf = async (file: string): Promise<number | undefined> => (await stat(file).catch(ignoreMissing))?.size;

const ignoreMissing = (error: unknown): undefined => {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
};

/**
 * The schema version of a database of this application; 0 of one that nothing was ever written to.
 *
 * @throws StoreCorrupted for a database of another application; StoreNewer
 */
export const versionOf = (database: DatabaseSync, file: string, format: FileFormat): number => {
  const found = formatOf(database);
  if (found.applicationId === 0 && found.version === 0 && found.objects === 0) return 0;
  checkFormat(file, format, found);
  return found.version;
};

const formatOf = (database: DatabaseSync): FileFormat & { readonly objects: number } =>
  database
    .prepare(
      `SELECT application_id AS applicationId, user_version AS version, (SELECT count(*) FROM sqlite_schema) AS objects
       FROM pragma_application_id, pragma_user_version`,
    )
    .get() as { applicationId: number; version: number; objects: number };

const checkFormat = (file: string, expected: FileFormat, { applicationId, version }: FileFormat): void => {
  if (applicationId !== expected.applicationId) {
    throw new StoreCorrupted(
      `The database "${file}" belongs to another application: its id is ${applicationId}, expected ${expected.applicationId}.`,
    );
  }
  if (version > expected.version) {
    throw new StoreNewer(
      `The store "${file}" has schema version ${version}; this release knows up to ${expected.version}.`,
    );
  }
};
