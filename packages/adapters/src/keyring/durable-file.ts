import { randomUUID } from 'node:crypto';
import { link, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Creates a file with all of its content or not at all; readable by its owner only, durable when it resolves.
 *
 * @returns whether it was created; `false` where there is one already, which is left as it is
 */
export const createFile = async (path: string, content: string): Promise<boolean> => {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(content, 'utf8');
    await file.sync();
    await link(temporary, path);
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await file.close();
    await unlink(temporary);
  }
  await syncDirectory(dirname(path));
  return true;
};

/** Makes durable which files a directory holds. */
export const syncDirectory = async (path: string): Promise<void> => {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
};

/** Whether an error is one of the operating system, with one of these codes where some are given. */
export const isSystemError = (error: unknown, ...codes: readonly string[]): error is NodeJS.ErrnoException =>
  error instanceof Error &&
  'syscall' in error &&
  'code' in error &&
  (codes.length === 0 || codes.includes(error.code as string));
