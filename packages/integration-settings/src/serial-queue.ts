/** Runs work for one key after the other, and for different keys side by side. */
export class SerialQueue {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Runs the work once all earlier work for the key has settled. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const tail = this.#tails.get(key);
    const running = tail === undefined ? work() : tail.then(work, work);
    this.#tails.set(key, running);
    const forget = (): void => {
      if (this.#tails.get(key) === running) this.#tails.delete(key);
    };
    running.then(forget, forget);
    return running;
  }
}
