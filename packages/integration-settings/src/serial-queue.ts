/** What work is for, as `keyOf` makes it. */
export type Key = number;

/**
 * A key of a text: 30 bits of its FNV-1a hash. Another text may share it; what is for either then waits for the other, which
 * costs nothing but time. Each command takes two keys, and a Map of texts as long as theirs takes two to three times as long.
 */
export const keyOf = (text: string): Key => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 2;
};

/** Runs work for one key after the other, and for different keys mostly side by side. No work may wait for other work. */
export class SerialQueue {
  readonly #tails = new Map<Key, Promise<unknown>>();
  /** What was begun elsewhere, by its keys. */
  readonly #held = new Map<ReadonlySet<Key>, Promise<void>>();

  /** Runs the work once all earlier work for any of its keys has settled: at once where there is none. */
  run<T>(keys: readonly Key[], work: () => Promise<T>): Promise<T> {
    const earlier = keys.map((key) => this.#tails.get(key)).filter((tail) => tail !== undefined);
    for (const [held, freed] of this.#held) if (keys.some((key) => held.has(key))) earlier.push(freed);
    const running = earlier.length === 0 ? work() : Promise.allSettled(earlier).then(work);
    for (const key of keys) this.#tails.set(key, running);
    const forget = (): void => {
      for (const key of keys) if (this.#tails.get(key) === running) this.#tails.delete(key);
    };
    running.then(forget, forget);
    return running;
  }

  /** Whether work for both keys would run at once. */
  areFree(one: Key, other: Key): boolean {
    if (this.#tails.has(one) || this.#tails.has(other)) return false;
    for (const held of this.#held.keys()) if (held.has(one) || held.has(other)) return false;
    return true;
  }

  /**
   * Lets later work for the keys wait for what was begun elsewhere.
   *
   * @param keys - may become more until they are freed
   * @returns frees them
   */
  hold(keys: ReadonlySet<Key>): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.set(keys, promise);
    return () => {
      this.#held.delete(keys);
      resolve();
    };
  }
}
