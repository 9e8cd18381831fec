/** Runs work for one key after the other, and for different keys side by side. */
export class SerialQueue {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Runs the work once all earlier work for the key has settled. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const tail = this.#tails.get(key);
    const running = tail === undefined ? work() : tail.then(work, work);
    this.#tails.set(key, running);
    try {
      return await running;
    } finally {
      if (this.#tails.get(key) === running) this.#tails.delete(key);
    }
  }
}
