import { randomBytes } from 'node:crypto';
import type { KeyStore, WrappedKey } from '@integration-settings/domain';
import { openFileKeyStore } from './file-key-store.ts';
import { openSqliteKeyStore } from './sqlite-key-store.ts';

/** The stores that several processes share, by name. */
export const sharedStores = {
  file: (path: string): Promise<KeyStore> => openFileKeyStore({ directory: path }),
  sqlite: (path: string): Promise<KeyStore> => openSqliteKeyStore({ file: path }),
};

/** A key of the owner with this number; its text is as long as a real one, its nonce repeats the end of it, so that a torn one shows. */
export const numberedKey = (id: string, number: number): WrappedKey => {
  const text = randomBytes(48).toString('base64url');
  const streamName = `test.projectSettings-${number}/jira`;
  return { id, streamName, streamEra: 0, origin: 'instance', era: 0, masterKey: 'first', nonce: text.slice(-16), text };
};
