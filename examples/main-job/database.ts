import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ephemeralKeyring, keyringFromFile } from '@integration-settings/adapters/keyring';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import type { EventStore, SecretKeyring } from '@integration-settings/domain';

/** A namespace of a store that nothing has been written to yet, and what became of it. */
export interface Database {
  /** Of a server there is none. */
  readonly file: string | undefined;
  readonly namespace: string;
  readonly eventStore: EventStore;
  readonly keyring: SecretKeyring;
  /** Once it is closed. Of a server it is not known. */
  bytes(): Promise<number | undefined>;
  /** At once, so that it can be done while the process ends. What was named, or is on a server, stays. */
  remove(): void;
}

/** Makes a SQLite file and a key file beside it: where it is told to, or in a folder of its own. @throws Error where the file exists */
export const createDatabase = async (named?: string): Promise<Database> => {
  const folder = named === undefined ? await mkdtemp(join(tmpdir(), 'integration-settings-')) : undefined;
  const file = resolve(folder ?? '.', named ?? 'settings.sqlite');
  if (await exists(file)) throw new Error(`"${file}" exists already; name a file that does not.`);
  return {
    file,
    namespace: 'integrations',
    eventStore: await openSqliteEventStore({ file }),
    keyring: await keyringFromFile(`${file}.key`, { create: true }),
    bytes: async () => (await stat(file)).size,
    remove: () => {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Takes a namespace of its own on an EventStoreDB server. The events stay there; the keys of their secrets end with the process. */
export const createOnServer = async (connectionString: string): Promise<Database> => {
  const { openEventStoreDb } = await import('@integration-settings/adapters/eventstoredb');
  return {
    file: undefined,
    namespace: `start${randomBytes(6).toString('hex')}`,
    eventStore: await openEventStoreDb({ connectionString }),
    keyring: ephemeralKeyring(),
    bytes: () => Promise.resolve(undefined),
    remove: () => undefined,
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
