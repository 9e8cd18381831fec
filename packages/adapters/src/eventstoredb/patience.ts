import { setTimeout as delay } from 'node:timers/promises';

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

  /** Waits before the next try, or until the signal aborts. */
  async pause(signal?: AbortSignal): Promise<void> {
    const pauseMs = this.#pauseMs * (0.5 + Math.random() / 2); // so that many processes do not come back together
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
    await delay(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}
