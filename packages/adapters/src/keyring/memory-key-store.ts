import { Closed, type KeyOwner, type KeyStore, type WrappedKey } from '@integration-settings/domain';
import { copyOfKey, isListed, ownerName, type KeyFilter } from './wrapped-key.ts';

/** Opens a key store that is gone with the process, and with it every secret that its keys sealed. */
export const openMemoryKeyStore = (): KeyStore => new MemoryKeyStore();

class MemoryKeyStore implements KeyStore {
  readonly #byId = new Map<string, WrappedKey>();
  readonly #byOwner = new Map<string, WrappedKey>();
  #closed = false;

  async get(keyId: string): Promise<WrappedKey | undefined> {
    this.#refuseClosed();
    return this.#byId.get(keyId);
  }

  async find(belongsTo: KeyOwner): Promise<WrappedKey | undefined> {
    this.#refuseClosed();
    return this.#byOwner.get(ownerName(belongsTo));
  }

  async createIfAbsent(key: WrappedKey): Promise<WrappedKey> {
    this.#refuseClosed();
    return this.#byOwner.get(ownerName(key)) ?? this.#put(key);
  }

  async rewrap(key: WrappedKey): Promise<void> {
    this.#refuseClosed();
    if (this.#byId.has(key.id)) this.#put(key);
  }

  async destroy(keyId: string): Promise<void> {
    this.#refuseClosed();
    const key = this.#byId.get(keyId);
    if (key === undefined) return;
    this.#byId.delete(keyId);
    this.#byOwner.delete(ownerName(key));
  }

  async *list(filter: KeyFilter = {}): AsyncIterable<readonly WrappedKey[]> {
    this.#refuseClosed();
    const keys = [...this.#byId.values()].filter((key) => isListed(key, filter));
    if (keys.length > 0) yield keys;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#byId.clear();
    this.#byOwner.clear();
  }

  #put(key: WrappedKey): WrappedKey {
    const copy = copyOfKey(key);
    this.#byId.set(copy.id, copy);
    this.#byOwner.set(ownerName(copy), copy);
    return copy;
  }

  #refuseClosed(): void {
    if (this.#closed) throw new Closed('The key store');
  }
}
