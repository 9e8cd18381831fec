/** Runs work for one key after the other, and for different keys side by side. */
export class SerialQueue {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Runs the work once all earlier work for any of its keys has settled: at once where there is none. */
  run<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const earlier = keys.map((key) => this.#tails.get(key)).filter((tail) => tail !== undefined);
    const running = earlier.length === 0 ? work() : Promise.allSettled(earlier).then(work);
    this.hold(keys, running);
    const free = (): void => this.free(keys, running);
    running.then(free, free);
    return running;
  }

  /** Whether work for the keys would run at once. */
  areFree(keys: readonly string[]): boolean {
    for (const key of keys) if (this.#tails.has(key)) return false;
    return true;
  }

  /** Lets later work for the keys wait until something settles that was begun elsewhere; its caller frees them then. */
  hold(keys: readonly string[], running: Promise<unknown>): void {
    for (const key of keys) this.#tails.set(key, running);
  }

  /** Forgets what has settled, unless later work waits for the keys. */
  free(keys: readonly string[], settled: Promise<unknown>): void {
    for (const key of keys) if (this.#tails.get(key) === settled) this.#tails.delete(key);
  }
}
