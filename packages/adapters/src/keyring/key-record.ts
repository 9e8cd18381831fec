import { constants } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { StoreCorrupted, type WrappedKey } from '@integration-settings/domain';
import { isSystemError } from './durable-file.ts';
import { copyOfKey, isWrappedKey } from './wrapped-key.ts';

// One data key in one file of JSON lines. The last complete line holds; what comes after it was torn off by a crash.
// A file is changed in place and never replaced: a change that meets a deletion lands in a file that has no name any more.

/** The text that a new record begins with. */
export const recordOf = (key: WrappedKey): string => `${JSON.stringify(copyOfKey(key))}\n`;

/** @returns `undefined` where there is no such file */
export const readRecord = async (path: string): Promise<WrappedKey | undefined> => {
  // the first look may fall between two writes of a rewrap or a deletion, the second one then sees its end
  for (const isLastLook of [false, true]) {
    const text = await unlessMissing(readFile(path, 'utf8'));
    if (text === undefined) return undefined;
    const key = lastLine(text);
    if (key !== undefined) return key;
    if (isLastLook) break;
  }
  throw new StoreCorrupted(`The key file "${path}" does not hold a wrapped key.`);
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
export const wipe = async (path: string, bytes?: number, before?: () => Promise<void>): Promise<void> => {
  const file = await unlessMissing(open(path, 'r+'));
  if (file === undefined) return;
  try {
    await before?.();
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

const lastLine = (text: string): WrappedKey | undefined => {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).trimEnd();
  try {
    const key: unknown = JSON.parse(lines.slice(lines.lastIndexOf('\n') + 1));
    return isWrappedKey(key) ? copyOfKey(key) : undefined;
  } catch {
    return undefined;
  }
};
