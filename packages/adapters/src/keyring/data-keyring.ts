import { createHmac, hkdfSync, timingSafeEqual, type KeyObject } from 'node:crypto';
import {
  Closed,
  commandSecretsInfo,
  secretAdditionalData,
  SecretErased,
  StoreCorrupted,
  StoreNewer,
  type DataKey,
  type KeyOwner,
  type KeyStore,
  type ScopeRef,
  type SealedSecret,
  type SecretKeyring,
  type SecretToSeal,
} from '@integration-settings/domain';
import { openBytes, sealBytes } from './cipher.ts';
import { DataKeys } from './data-keys.ts';
import type { MasterKeys } from './master-keys.ts';

const macBytes = 16;

/** A keyring over a key store: envelope encryption, with a data key for each owner, wrapped by a master key. */
export class DataKeyring implements SecretKeyring {
  readonly #store: KeyStore;
  readonly #keys: DataKeys;
  #closing: Promise<void> | undefined;

  /** @param store - closed with the keyring */
  constructor(masterKeys: MasterKeys, store: KeyStore) {
    this.#store = store;
    this.#keys = new DataKeys(store, masterKeys);
  }

  async seal(secret: SecretToSeal): Promise<SealedSecret> {
    this.#refuseClosed();
    if (!secret.text.isWellFormed())
      throw new TypeError('A secret has a lone surrogate; expected well-formed Unicode.');
    const { id, origin, era, streamName, field } = secret;
    const dataKey = await this.#keys.forOwner(secret);
    const additionalData = secretAdditionalData(secret, streamName, field);
    const sealed = sealBytes(dataKey.key, Buffer.from(secret.text, 'utf8'), additionalData);
    return { v: 1, id, origin, era, key: dataKey.id, ...sealed };
  }

  async open(secret: SealedSecret, place: { readonly streamName: string; readonly field: string }): Promise<string> {
    this.#refuseClosed();
    const { streamName, field } = place;
    const name = `The secret "${secret.id}" in field "${field}" of stream "${streamName}"`;
    const version: number = secret.v;
    if (version !== 1) throw new StoreNewer(`${name} has the format ${version}; expected 1.`);
    const dataKey = await this.#keys.withId(secret.key);
    if (dataKey === undefined) throw new SecretErased(`${name} is erased: its data key "${secret.key}" is gone.`);
    const bytes = openBytes(dataKey.key, secret, secretAdditionalData(secret, streamName, field));
    if (bytes !== undefined) return bytes.toString('utf8');
    throw new StoreCorrupted(
      `${name} does not open with its data key "${secret.key}": it was changed, or was sealed for another place.`,
    );
  }

  async mac(owner: KeyOwner, canonicalJson: string): Promise<string> {
    this.#refuseClosed();
    const { id, key } = await this.#keys.forOwner(owner);
    return `${id}.${commandMac(key, canonicalJson).toString('base64url')}`;
  }

  async verifyMac(secretsMac: string, canonicalJson: string): Promise<'equal' | 'different' | 'key gone'> {
    this.#refuseClosed();
    const dot = secretsMac.lastIndexOf('.'); // base64url has none
    const dataKey = await this.#keys.withId(secretsMac.slice(0, Math.max(dot, 0)));
    if (dataKey === undefined) return 'key gone';
    const mac = Buffer.from(secretsMac.slice(dot + 1), 'base64url');
    const expected = commandMac(dataKey.key, canonicalJson);
    return mac.length === macBytes && timingSafeEqual(mac, expected) ? 'equal' : 'different';
  }

  async *keys(options?: {
    readonly streamPrefix?: string;
    readonly origin?: ScopeRef;
  }): AsyncIterable<readonly DataKey[]> {
    this.#refuseClosed();
    for await (const keys of this.#store.list(options)) {
      yield keys.map(({ id, streamName, streamEra, origin, era }) => ({ id, streamName, streamEra, origin, era }));
    }
  }

  async destroy(keyId: string): Promise<void> {
    this.#refuseClosed();
    await this.#keys.destroy(keyId);
  }

  async rotate(): Promise<number> {
    this.#refuseClosed();
    return this.#keys.rotate();
  }

  close(): Promise<void> {
    this.#keys.forget();
    return (this.#closing ??= this.#store.close());
  }

  #refuseClosed(): void {
    if (this.#closing !== undefined) throw new Closed('The keyring');
  }
}

/** HMAC-SHA-256, its first 128 bits, under a key derived from the data key for nothing else. */
const commandMac = (dataKey: KeyObject, canonicalJson: string): Buffer => {
  const key = Buffer.from(hkdfSync('sha256', dataKey, '', commandSecretsInfo, 32));
  return createHmac('sha256', key).update(canonicalJson, 'utf8').digest().subarray(0, macBytes);
};
