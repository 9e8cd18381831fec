import { randomBytes } from 'node:crypto';
import type { KeyStore, SecretKeyring } from '@integration-settings/domain';
import { DataKeyring } from './data-keyring.ts';
import { keyBytes, masterKeyId, MasterKeys, type MasterKey } from './master-keys.ts';
import { openMemoryKeyStore } from './memory-key-store.ts';

/**
 * Makes a keyring from master keys that the host keeps itself.
 *
 * The first master key wraps the data keys, all of them unwrap: give a new one first, `rotate`, then take the old one away.
 *
 * @param options - `keyStore` is closed with the keyring
 * @throws SecretsNotConfigured where there is no master key, an id is empty or there twice, or a key has not 32 bytes
 */
export const keyring = async (options: {
  readonly masterKey: MasterKey | readonly MasterKey[];
  readonly keyStore: KeyStore;
}): Promise<SecretKeyring> => {
  const { masterKey, keyStore } = options;
  return new DataKeyring(new MasterKeys('key' in masterKey ? [masterKey] : masterKey), keyStore);
};

/** Makes a keyring that is gone with the process: what it sealed, nobody reads afterwards. For tests and for trying things out. */
export const ephemeralKeyring = (): SecretKeyring => {
  const key = randomBytes(keyBytes);
  return new DataKeyring(new MasterKeys([{ id: masterKeyId(key), key }]), openMemoryKeyStore());
};
