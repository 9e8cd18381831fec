/** Lets some wait until another calls. Nobody waits for a call that was made before. */
export class WakeUp {
  readonly #waiting = new Set<() => void>();

  /** Ends every wait that is under way. */
  wake(): void {
    for (const done of this.#waiting) done();
  }

  /**
   * Resolves at the next `wake`, when `stopped` aborts, or after `milliseconds`, whichever is first; never rejects. The
   * wait begins before this returns, so a check in the same turn misses nothing. While it lasts a timer keeps the
   * process running; without `milliseconds` there is none.
   */
  wait(stopped: AbortSignal, milliseconds?: number): Promise<void> {
    if (stopped.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        stopped.removeEventListener('abort', done);
        clearTimeout(timer);
        resolve();
      };
      const timer = milliseconds === undefined ? undefined : setTimeout(done, milliseconds);
      this.#waiting.add(done);
      stopped.addEventListener('abort', done);
    });
  }
}
