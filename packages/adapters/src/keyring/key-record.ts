import { constants } from 'node:fs';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { StoreCorrupted, type WrappedKey } from '@integration-settings/domain';
import { isSystemError } from './durable-file.ts';
import { copyOfKey, isWrappedKey } from './wrapped-key.ts';

// One data key in one file of JSON lines. The last complete line holds; what comes after it was torn off by a crash.
// A file is changed in place and never replaced: a change that meets a deletion lands in a file that has no name any more.

/** The text that a new record begins with. */
export const recordOf = (key: WrappedKey): string => `${JSON.stringify(copyOfKey(key))}\n`;

/** @returns `undefined` where there is no such file */
export const readRecord = async (path: string): Promise<WrappedKey | undefined> => (await findRecord(path))?.key;

/** Reads a record, and wipes the wrappings that a `replaceRecord` which was killed has left before the one that holds. */
export const readAndTidyRecord = async (path: string): Promise<WrappedKey | undefined> => {
  const found = await findRecord(path);
  if (found === undefined) return undefined;
  // whoever has appended the present wrapping may not have made it durable yet
  if (found.before.trim() !== '') await wipe(path, found.before.length, (file) => file.sync());
  return found.key;
};

/** Puts another wrapping of the same key in place of the present one, and wipes that; nothing where the file is gone. */
export const replaceRecord = async (path: string, key: WrappedKey): Promise<void> => {
  const end = await unlessMissing(open(path, constants.O_WRONLY | constants.O_APPEND));
  if (end === undefined) return;
  let replaced: number;
  try {
    replaced = (await end.stat()).size;
    await end.writeFile(`\n${recordOf(key)}`, 'utf8'); // the first line break ends what a crash may have torn
    await end.sync();
  } finally {
    await end.close();
  }
  await wipe(path, replaced);
};

/** Overwrites the first bytes of a file, all of them by default, after `before` was done; nothing where the file is gone. */
export const wipe = async (
  path: string,
  bytes?: number,
  before?: (file: FileHandle) => Promise<void>,
): Promise<void> => {
  const file = await unlessMissing(open(path, 'r+'));
  if (file === undefined) return;
  try {
    await before?.(file);
    await file.write(Buffer.alloc(bytes ?? (await file.stat()).size, ' '), 0, undefined, 0);
    await file.sync();
  } finally {
    await file.close();
  }
};

/** Waits for an operation on a file; `undefined` where the file is not there. */
export const unlessMissing = async <Result>(operation: Promise<Result>): Promise<Result | undefined> => {
  try {
    return await operation;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
};

interface Found {
  readonly key: WrappedKey;
  /** What stands before it, a character for each byte. */
  readonly before: string;
}

const findRecord = async (path: string): Promise<Found | undefined> => {
  // the first look may fall between two writes of a rewrap or a deletion, the second one then sees its end
  for (const isLastLook of [false, true]) {
    const bytes = await unlessMissing(readFile(path, 'latin1'));
    if (bytes === undefined) return undefined;
    const found = lastLine(bytes);
    if (found !== undefined) return found;
    if (isLastLook) break;
  }
  throw new StoreCorrupted(`The key file "${path}" does not hold a wrapped key.`);
};

const lastLine = (bytes: string): Found | undefined => {
  const lines = bytes.slice(0, bytes.lastIndexOf('\n') + 1).trimEnd();
  const start = lines.lastIndexOf('\n') + 1;
  try {
    const key: unknown = JSON.parse(Buffer.from(lines.slice(start), 'latin1').toString('utf8'));
    return isWrappedKey(key) ? { key: copyOfKey(key), before: bytes.slice(0, start) } : undefined;
  } catch {
    return undefined;
  }
};
