import { rmSync, statSync } from 'node:fs';
import { keyringFromFile } from '@integration-settings/adapters/keyring';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import { forgottenKeys } from './forgotten-keys.ts';
import { withBar } from './history-bar.ts';
import { sizes } from './history.ts';
import type { Arguments } from './read-arguments.ts';
import { WriteBehindStore } from './write-behind-store.ts';
import { writeHistory, type WrittenHistory } from './write-history.ts';

/** What was written, and how fast. */
export interface WrittenFile extends WrittenHistory {
  readonly file: string;
  readonly seconds: number;
  /** Events. */
  readonly perSecond: number;
  readonly bytes: number;
}

/**
 * Writes a history into a new SQLite store, with a bar on the error output while somebody looks on.
 *
 * @throws the reason of an aborted signal, or what went wrong; either way what was written is removed
 */
export const writeFile = async (
  { file, files, keyFile, size, scale, ownShare, withExtraYear, withSpecialTrees, json }: Arguments,
  signal: AbortSignal,
): Promise<WrittenFile> => {
  const begun = performance.now();
  const options = {
    size: sizes[size],
    ...(scale === undefined ? {} : { scale }),
    ...(ownShare === undefined ? {} : { ownShare }),
    withExtraYear,
    withSpecialTrees,
  };
  try {
    const keyring = await (keyFile === undefined ? forgottenKeys() : keyringFromFile(keyFile, { create: true }));
    const eventStore = new WriteBehindStore(await openSqliteEventStore({ file, synchronous: 'normal' }));
    const written = await withBar(!json && process.stderr.isTTY, (onWritten) =>
      writeHistory(eventStore, keyring, options, { onWritten, signal }),
    );
    const seconds = (performance.now() - begun) / 1_000;
    return { file, ...written, seconds, perSecond: written.events / seconds, bytes: statSync(file).size };
  } catch (error) {
    for (const path of files) rmSync(path, { force: true });
    throw error;
  }
};
