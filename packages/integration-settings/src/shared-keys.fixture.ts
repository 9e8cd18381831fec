import { keyring, openMemoryKeyStore } from '@integration-settings/adapters/keyring';
import type { KeyStore, SecretKeyring } from '@integration-settings/domain';

/** The master key of every keyring over shared keys. */
export const masterKey = { id: 'master', key: new Uint8Array(32).fill(7) };

/** A key store that several keyrings share: nobody closes it. */
export const sharedKeyStore = (changes: Partial<KeyStore> = {}): KeyStore => {
  const keyStore = openMemoryKeyStore();
  return {
    get: (id) => keyStore.get(id),
    find: (owner) => keyStore.find(owner),
    createIfAbsent: (key) => keyStore.createIfAbsent(key),
    rewrap: (key) => keyStore.rewrap(key),
    destroy: (id) => keyStore.destroy(id),
    list: (options) => keyStore.list(options),
    close: () => Promise.resolve(),
    ...changes,
  };
};

/** A keyring over shared keys. */
export const keyringOver = (keyStore: KeyStore): Promise<SecretKeyring> => keyring({ masterKey, keyStore });
