import { setTimeout as delay } from 'node:timers/promises';
import { Silent } from './failure.ts';

const firstPauseMs = 20;
const longestPauseMs = 500;

/** How long something is tried again, and the growing pauses between the tries. */
export class Patience {
  readonly #forMs: number;
  #until: number;
  #pauseMs = firstPauseMs;

  constructor(forMs: number) {
    this.#forMs = forMs;
    this.#until = performance.now() + forMs;
  }

  get isOver(): boolean {
    return this.leftMs === 0;
  }

  /** A whole number, as timers want it. */
  get leftMs(): number {
    return Math.max(0, Math.ceil(this.#until - performance.now()));
  }

  /** Something went well: the time and the pauses begin anew. */
  renew(): void {
    this.#until = performance.now() + this.#forMs;
    this.#pauseMs = firstPauseMs;
  }

  /**
   * Waits for a promise as long as there is time and the signal does not abort; it may go on after that.
   *
   * @throws Silent when the time is over, the signal's reason, and what the promise rejects with
   */
  async within<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
    const settled = new AbortController();
    const over = async (): Promise<never> => {
      const until = signal === undefined ? settled.signal : AbortSignal.any([settled.signal, signal]);
      await delay(this.leftMs, undefined, { signal: until }).catch(() => undefined);
      signal?.throwIfAborted();
      throw new Silent(this.#forMs);
    };
    try {
      return await Promise.race([promise, over()]);
    } finally {
      settled.abort();
    }
  }

  /** Waits before the next try, or until the signal aborts. */
  async pause(signal?: AbortSignal): Promise<void> {
    const pauseMs = this.#pauseMs * (0.5 + Math.random() / 2); // so that many processes do not come back together
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
    await delay(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}
