/** What work is for, as `keyOf` makes it. */
export type Key = number;

/**
 * A key of a text: 30 bits of its FNV-1a hash. Another text may share it; what is for either then waits for the other, which
 * costs nothing but time. Each command takes two keys, and a Map of texts as long as theirs takes three times as long.
 */
export const keyOf = (text: string): Key => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 2;
};

/** Runs work for one key after the other, and for different keys mostly side by side. No work may wait for other work. */
export class SerialQueue {
  readonly #tails = new Map<Key, Promise<unknown>>();

  /** Runs the work once all earlier work for any of its keys has settled: at once where there is none. */
  run<T>(keys: readonly Key[], work: () => Promise<T>): Promise<T> {
    const earlier = keys.map((key) => this.#tails.get(key)).filter((tail) => tail !== undefined);
    const running = earlier.length === 0 ? work() : Promise.allSettled(earlier).then(work);
    this.hold(keys, running);
    const free = (): void => this.free(keys, running);
    running.then(free, free);
    return running;
  }

  /** Whether work for the keys would run at once. */
  areFree(keys: readonly Key[]): boolean {
    for (const key of keys) if (this.#tails.has(key)) return false;
    return true;
  }

  /** Lets later work for the keys wait until something settles that was begun elsewhere; its caller frees them then. */
  hold(keys: readonly Key[], running: Promise<unknown>): void {
    for (const key of keys) this.#tails.set(key, running);
  }

  /** Forgets what has settled, unless later work waits for the keys. */
  free(keys: readonly Key[], settled: Promise<unknown>): void {
    for (const key of keys) if (this.#tails.get(key) === settled) this.#tails.delete(key);
  }
}
