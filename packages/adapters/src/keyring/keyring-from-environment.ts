import { SecretsNotConfigured, type KeyStore, type SecretKeyring } from '@integration-settings/domain';
import { keyring } from './keyring.ts';
import { keyBytes, keyFromBase64url, masterKeyId } from './master-keys.ts';

/**
 * Makes a keyring whose master key is in an environment variable: 32 bytes as base64url, 43 characters. Its id is derived from the key.
 *
 * @param options - `keyStore` is closed with the keyring
 * @throws SecretsNotConfigured where the variable is missing or holds anything else; never says what
 */
export const keyringFromEnvironment = async (
  name: string,
  options: { readonly keyStore: KeyStore },
): Promise<SecretKeyring> => {
  const text = process.env[name];
  const expected = `expected a master key, base64url of ${keyBytes} bytes`;
  if (text === undefined) throw new SecretsNotConfigured(`The environment variable "${name}" is not set; ${expected}.`);
  const key = keyFromBase64url(text);
  if (key === undefined) {
    throw new SecretsNotConfigured(
      `The environment variable "${name}" holds something else (${text.length} characters); ${expected}.`,
    );
  }
  return keyring({ masterKey: { id: masterKeyId(key), key }, keyStore: options.keyStore });
};
