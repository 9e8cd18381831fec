import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { keyringFromFile } from '@integration-settings/adapters/keyring';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import type { EventStore, SecretKeyring } from '@integration-settings/domain';

/** A store that nothing has been written to yet, and what became of it. */
export interface Database {
  readonly file: string;
  readonly eventStore: EventStore;
  readonly keyring: SecretKeyring;
  /** Once it is closed. */
  bytes(): Promise<number>;
  /** Once it is closed. Of a file that was named: nothing. */
  remove(): Promise<void>;
}

/** Makes a SQLite file and a key file beside it: where it is told to, or in a folder of its own. @throws Error where the file exists */
export const createDatabase = async (named?: string): Promise<Database> => {
  const folder = named === undefined ? await mkdtemp(join(tmpdir(), 'integration-settings-')) : undefined;
  const file = resolve(folder ?? '.', named ?? 'settings.sqlite');
  if (await exists(file)) throw new Error(`"${file}" exists already; name a file that does not.`);
  return {
    file,
    eventStore: await openSqliteEventStore({ file }),
    keyring: await keyringFromFile(`${file}.key`, { create: true }),
    bytes: async () => (await stat(file)).size,
    remove: async () => {
      if (folder !== undefined) await rm(folder, { recursive: true });
    },
  };
};

const exists = async (file: string): Promise<boolean> => {
  try {
    await stat(file);
    return true;
  } catch {
    return false;
  }
};
