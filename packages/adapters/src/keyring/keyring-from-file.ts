import { SecretsNotConfigured, type KeyStore, type SecretKeyring } from '@integration-settings/domain';
import { createKeyFile, readKeyFile } from './key-file.ts';
import { keyring } from './keyring.ts';
import type { MasterKey } from './master-keys.ts';
import { openSqliteKeyStore } from './sqlite-key-store.ts';

/** What `keyringFromFile` may do, and where the data keys are. */
export interface KeyFileOptions {
  /** Make the key file when it is missing; only where no data key waits for a lost one. */
  readonly create?: boolean;
  /** Closed with the keyring. Absent: the SQLite file beside the key file, its name with `.keys.sqlite` at the end. */
  readonly keyStore?: KeyStore;
}

/**
 * Makes a keyring whose master keys are in a file that only its owner may read (mode 0600): JSON,
 * `{ "format": "integration-settings/master-keys/1", "keys": [{ "id", "key" }] }`, each key 32 bytes as base64url, the one that wraps first.
 *
 * Without the file every secret is lost: keep a copy of it, and keep it apart from copies of the log and of the key store.
 *
 * @throws SecretsNotConfigured where the file is missing, others have access to it, it holds anything else, or it is missing while the key store has keys
 */
export const keyringFromFile = async (path: string, options: KeyFileOptions = {}): Promise<SecretKeyring> => {
  const present = await readKeyFile(path);
  if (present === undefined && options.create !== true) {
    throw new SecretsNotConfigured(
      `There is no key file "${path}"; restore it, or have it created (\`create: true\`).`,
    );
  }
  const keyStore = options.keyStore ?? (await openSqliteKeyStore({ file: `${path}.keys.sqlite` }));
  try {
    return await keyring({ masterKey: present ?? (await createdKeys(path, keyStore)), keyStore });
  } catch (error) {
    if (options.keyStore === undefined) await keyStore.close();
    throw error;
  }
};

const createdKeys = async (path: string, keyStore: KeyStore): Promise<readonly MasterKey[]> => {
  const waiting = await anyMasterKey(keyStore);
  // another process may have made both the file and a key since the file was looked for
  if (waiting === undefined) await createKeyFile(path);
  const keys = await readKeyFile(path);
  if (keys !== undefined) return keys;
  throw new SecretsNotConfigured(
    `There is no key file "${path}", and the key store has keys that the master key "${waiting}" wraps; restore the file.`,
  );
};

const anyMasterKey = async (keyStore: KeyStore): Promise<string | undefined> => {
  for await (const [key] of keyStore.list()) if (key !== undefined) return key.masterKey;
  return undefined;
};
