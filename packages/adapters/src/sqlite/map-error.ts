import { StoreCorrupted, StoreUnavailable } from '@integration-settings/domain';

// Primary result codes of SQLite.
const wrongStatement = 1;
const busy = 5;
const inputOutput = 10;
const constraint = 19;
const noDatabase = 26;
const unavailable = new Map([
  [3, 'access is denied'],
  [busy, 'another process holds it locked'],
  [6, 'it is locked'],
  [8, 'it cannot be written'],
  [inputOutput, 'reading or writing failed'],
  [13, 'the disk is full'],
  [14, 'it cannot be opened'],
  [23, 'access is denied'],
]);
const corrupted = new Map([
  [11, 'is damaged'],
  [noDatabase, 'is not a database'],
]);

/** Whether SQLite says that somebody else holds the lock: the same call may succeed later. */
export const isBusy = (error: unknown): boolean => primaryCode(error) === busy;

/** Whether reading or writing itself failed: after a commit nobody can say what reached the disk. */
export const isInputOutputError = (error: unknown): boolean => primaryCode(error) === inputOutput;

/** Whether a file is something else than a database. */
export const isNoDatabase = (error: unknown): boolean => primaryCode(error) === noDatabase;

/** Whether a row would be one too many. */
export const isConstraintError = (error: unknown): boolean => primaryCode(error) === constraint;

/** Whether a statement does not fit the tables that are there. */
export const isSchemaError = (error: unknown): boolean => primaryCode(error) === wrongStatement;

/** What SQLite or the file system said about a store's file, as an error of ours with the original as `cause`; anything else as it is. */
export const toStoreError = (error: unknown, file: string): unknown => {
  const code = primaryCode(error);
  const cause = { cause: error };
  if (code !== undefined) {
    const damage = corrupted.get(code);
    if (damage !== undefined) return new StoreCorrupted(`The store "${file}" ${damage}.`, cause);
    const reason = unavailable.get(code);
    if (reason !== undefined) return new StoreUnavailable(`The store "${file}" cannot be used: ${reason}.`, cause);
  }
  if (error instanceof Error && 'syscall' in error) {
    return new StoreUnavailable(`The store "${file}" cannot be used: ${error.message}.`, cause);
  }
  return error;
};

/** Extended result codes hold the primary one in their lowest byte. */
const primaryCode = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
