import { createSecretKey, randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import type { KeyOwner, KeyStore, WrappedKey } from '@integration-settings/domain';
import { BoundedMap } from './bounded-map.ts';
import { keyBytes, type MasterKeys } from './master-keys.ts';
import { ownerName } from './wrapped-key.ts';

/** A data key ready for use. Node hides the bytes of a KeyObject from inspection and JSON. */
export interface UnwrappedKey {
  readonly id: string;
  readonly key: KeyObject;
}

const cachedKeys = 4_096;

/** Finds, makes and destroys data keys, and remembers the unwrapped ones. Who asks for the same key meanwhile waits for the same answer. */
export class DataKeys {
  readonly #store: KeyStore;
  readonly #masterKeys: MasterKeys;
  readonly #byOwner = new BoundedMap<string, Promise<UnwrappedKey>>(cachedKeys);
  readonly #byId = new BoundedMap<string, Promise<UnwrappedKey | undefined>>(cachedKeys);

  constructor(store: KeyStore, masterKeys: MasterKeys) {
    this.#store = store;
    this.#masterKeys = masterKeys;
  }

  /** The key of this owner; made, and durable, when there was none. */
  forOwner(owner: KeyOwner): Promise<UnwrappedKey> {
    return remember(this.#byOwner, ownerName(owner), () => this.#findOrCreate(owner));
  }

  /** @returns `undefined` where the key is gone */
  withId(id: string): Promise<UnwrappedKey | undefined> {
    return remember(this.#byId, id, async () => {
      const wrapped = await this.#store.get(id);
      if (wrapped === undefined) this.#byId.delete(id); // another process may still be making it
      return wrapped && this.#unwrap(wrapped);
    });
  }

  async destroy(id: string): Promise<void> {
    await this.#store.destroy(id);
    // only now, so that an answer from before, still under way, is not remembered either
    this.#byId.delete(id);
    this.#byOwner.clear();
  }

  /** Puts every key under the first master key. @returns how many were not */
  async rotate(): Promise<number> {
    let changed = 0;
    for await (const keys of this.#store.list()) {
      for (const key of keys) {
        if (!this.#masterKeys.isOutdated(key)) continue;
        await this.#store.rewrap(this.#masterKeys.wrap(key, this.#masterKeys.unwrap(key)));
        changed += 1;
      }
    }
    return changed;
  }

  forget(): void {
    this.#byOwner.clear();
    this.#byId.clear();
  }

  async #findOrCreate(owner: KeyOwner): Promise<UnwrappedKey> {
    const found = await this.#store.find(owner);
    if (found !== undefined) return this.#unwrap(found);
    const made = this.#masterKeys.wrap({ ...owner, id: randomUUID() }, randomBytes(keyBytes));
    return this.#unwrap(await this.#store.createIfAbsent(made));
  }

  #unwrap(wrapped: WrappedKey): UnwrappedKey {
    return { id: wrapped.id, key: createSecretKey(this.#masterKeys.unwrap(wrapped)) };
  }
}

/** Asks once for all who ask meanwhile and afterwards; a failure is not remembered. */
const remember = <Value>(
  map: BoundedMap<string, Promise<Value>>,
  name: string,
  load: () => Promise<Value>,
): Promise<Value> => {
  const known = map.get(name);
  if (known !== undefined) return known;
  const loading = load();
  map.set(name, loading);
  loading.catch(() => {
    if (map.get(name) === loading) map.delete(name);
  });
  return loading;
};
