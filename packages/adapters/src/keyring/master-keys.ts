import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { keyAdditionalData, SecretsNotConfigured, type DataKey, type WrappedKey } from '@integration-settings/domain';
import { openBytes, sealBytes } from './cipher.ts';

/** Bytes of a master key and of a data key. */
export const keyBytes = 32;

/** A key that wraps data keys. Its id is stored with what it wraps; its 32 bytes never are. */
export interface MasterKey {
  readonly id: string;
  readonly key: Uint8Array;
}

/** An id that tells master keys apart and nothing about them: the start of a hash of the key, base64url. */
export const masterKeyId = (key: Uint8Array): string =>
  createHash('sha256').update('integration-settings/master-key/1\0').update(key).digest('base64url').slice(0, 16);

/** @returns `undefined` where the text is not exactly 32 bytes as base64url (`=` at the end is accepted) */
export const keyFromBase64url = (text: string): Buffer | undefined =>
  /^[A-Za-z0-9_-]{43}=?$/.test(text) ? Buffer.from(text, 'base64url') : undefined;

/** The master keys of a keyring: the first wraps, all unwrap. */
export class MasterKeys {
  readonly #keys = new Map<string, KeyObject>();
  readonly #first: string;

  /** @throws SecretsNotConfigured where there is none, an id is empty or there twice, or a key has not 32 bytes */
  constructor(keys: readonly MasterKey[]) {
    const [first] = keys;
    if (first === undefined) throw new SecretsNotConfigured('No master key was given; expected at least one.');
    for (const { id, key } of keys) {
      if (typeof id !== 'string' || id === '') {
        throw new SecretsNotConfigured('A master key has no id; expected a text that is not empty.');
      }
      if (this.#keys.has(id)) throw new SecretsNotConfigured(`The master key id "${id}" was given twice.`);
      if (!(key instanceof Uint8Array) || key.length !== keyBytes) {
        const found = key instanceof Uint8Array ? `has ${key.length} bytes` : 'is not a Uint8Array';
        throw new SecretsNotConfigured(`The master key "${id}" ${found}; expected ${keyBytes} bytes.`);
      }
      this.#keys.set(id, createSecretKey(key));
    }
    this.#first = first.id;
  }

  /** Whether a key is under another master key than the first. */
  isOutdated(key: WrappedKey): boolean {
    return key.masterKey !== this.#first;
  }

  /** Wraps the bytes of a data key with the first master key. */
  wrap(key: DataKey, bytes: Uint8Array): WrappedKey {
    const { id, streamName, streamEra, origin, era } = key;
    const sealed = sealBytes(this.#master(this.#first, id), bytes, keyAdditionalData(key));
    return { id, streamName, streamEra, origin, era, masterKey: this.#first, ...sealed };
  }

  /** @throws SecretsNotConfigured where the master key is not there, or is not the one that wrapped it */
  unwrap(key: WrappedKey): Buffer {
    const bytes = openBytes(this.#master(key.masterKey, key.id), key, keyAdditionalData(key));
    if (bytes?.length === keyBytes) return bytes;
    throw new SecretsNotConfigured(
      `The master key "${key.masterKey}" does not unwrap the data key "${key.id}" of stream "${key.streamName}": another key was given under this id, or the wrapped key was changed.`,
    );
  }

  #master(id: string, dataKey: string): KeyObject {
    const key = this.#keys.get(id);
    if (key !== undefined) return key;
    const given = [...this.#keys.keys()].map((one) => `"${one}"`).join(', ');
    throw new SecretsNotConfigured(
      `The data key "${dataKey}" is wrapped by the master key "${id}", which was not given; given: ${given}.`,
    );
  }
}
