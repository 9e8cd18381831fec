import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { SecretsNotConfigured } from '@integration-settings/domain';
import { createFile, isSystemError } from './durable-file.ts';
import { keyBytes, keyFromBase64url, masterKeyId, type MasterKey } from './master-keys.ts';

const format = 'integration-settings/master-keys/1';
const accessOfOthers = 0o077;

/**
 * Reads a file of master keys: JSON, `{ "format": "integration-settings/master-keys/1", "keys": [{ "id", "key" }] }`, each key 32 bytes as base64url,
 * the one that wraps first. Nobody but its owner may have access to it.
 *
 * @returns `undefined` where there is no such file
 * @throws SecretsNotConfigured where others have access to it, it cannot be read, or it holds anything else; never says what
 */
export const readKeyFile = async (path: string): Promise<readonly MasterKey[] | undefined> => {
  try {
    return parse(await readPrivateFile(path), path);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    if (!isSystemError(error)) throw error;
    throw new SecretsNotConfigured(`The key file "${path}" cannot be read: ${error.message}`, { cause: error });
  }
};

/** Makes a key file (mode 0600) with one random master key, whole and durable; one that is there already is left as it is. */
export const createKeyFile = async (path: string): Promise<void> => {
  const key = randomBytes(keyBytes);
  const keys = [{ id: masterKeyId(key), key: key.toString('base64url') }];
  try {
    await createFile(path, `${JSON.stringify({ format, keys }, undefined, 2)}\n`);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SecretsNotConfigured(`The key file "${path}" cannot be created: ${error.message}`, { cause: error });
  }
};

const readPrivateFile = async (path: string): Promise<string> => {
  const file = await open(path, 'r');
  try {
    const { mode } = await file.stat();
    if (process.platform !== 'win32' && (mode & accessOfOthers) !== 0) {
      const found = (mode & 0o777).toString(8).padStart(4, '0');
      throw new SecretsNotConfigured(
        `The key file "${path}" has mode ${found}, so others have access to it; expected 0600.`,
      );
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
};

const parse = (text: string, path: string): readonly MasterKey[] => {
  const keys = masterKeysOf(text);
  if (keys !== undefined) return keys;
  throw new SecretsNotConfigured(
    `The key file "${path}" holds something else; expected {"format":"${format}","keys":[{"id":"…","key":"base64url of ${keyBytes} bytes"}]}.`,
  );
};

/** No error of the parser goes any further: it would quote the file. */
const masterKeysOf = (text: string): readonly MasterKey[] | undefined => {
  try {
    const file = JSON.parse(text) as { readonly format?: unknown; readonly keys?: readonly unknown[] };
    if (file.format !== format || !Array.isArray(file.keys)) return undefined;
    const keys = file.keys.map((entry) => masterKeyOf(entry as { readonly id?: unknown; readonly key?: unknown }));
    return keys.every((key) => key !== undefined) ? keys : undefined;
  } catch {
    return undefined;
  }
};

const masterKeyOf = (entry: { readonly id?: unknown; readonly key?: unknown }): MasterKey | undefined => {
  const { id, key: text } = entry;
  const key = typeof text === 'string' ? keyFromBase64url(text) : undefined;
  return typeof id === 'string' && key !== undefined ? { id, key } : undefined;
};
