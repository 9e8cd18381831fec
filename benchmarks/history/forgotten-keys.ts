import { randomBytes } from 'node:crypto';
import { keyring, openMemoryKeyStore } from '@integration-settings/adapters/keyring';
import type { SecretKeyring, WrappedKey } from '@integration-settings/domain';

/**
 * A keyring for one process, whose keys nobody will have. It lists none: a removal, which destroys keys, need not look through
 * all that there are in memory.
 */
export const forgottenKeys = (): Promise<SecretKeyring> =>
  keyring({
    masterKey: { id: 'forgotten', key: randomBytes(32) },
    keyStore: Object.assign(openMemoryKeyStore(), { list: () => none() }),
  });

async function* none(): AsyncGenerator<readonly WrappedKey[]> {}
