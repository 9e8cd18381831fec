/** How waiting for a position ended: it was reached, it was not in time, or an error ended all waiting. */
export type WaitOutcome = 'reached' | 'late' | { readonly error: unknown };

interface Waiter {
  readonly position: bigint;
  /** In milliseconds of `performance.now()`. */
  readonly deadline: number;
  readonly end: (outcome: WaitOutcome) => void;
}

/** Those who wait until a position is reached; one timer for all of them. */
export class PositionWaiters {
  #waiters: Waiter[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wakesAt = Infinity;

  /** Never rejects; an aborted signal ends it with the signal's reason. */
  wait(position: bigint, withinMs: number, signal?: AbortSignal): Promise<WaitOutcome> {
    return new Promise((resolve) => {
      const deadline = performance.now() + withinMs;
      if (signal === undefined) this.#waiters.push({ position, deadline, end: resolve });
      else {
        const onAbort = (): void => end({ error: signal.reason });
        const waiter: Waiter = { position, deadline, end: (outcome) => end(outcome) };
        const end = (outcome: WaitOutcome): void => {
          signal.removeEventListener('abort', onAbort);
          this.#waiters = this.#waiters.filter((other) => other !== waiter);
          resolve(outcome);
        };
        signal.addEventListener('abort', onAbort, { once: true });
        this.#waiters.push(waiter);
      }
      this.#wakeAt(deadline);
    });
  }

  /** Ends the waiting for this position and those before it. */
  reached(position: bigint): void {
    this.#endThose((waiter) => waiter.position <= position, 'reached');
  }

  /** Ends all waiting. */
  fail(error: unknown): void {
    clearTimeout(this.#timer);
    this.#wakesAt = Infinity;
    this.#endThose(() => true, { error });
  }

  #endThose(test: (waiter: Waiter) => boolean, outcome: WaitOutcome): void {
    if (this.#waiters.length === 0) return;
    const ended: Waiter[] = [];
    const still: Waiter[] = [];
    for (const waiter of this.#waiters) (test(waiter) ? ended : still).push(waiter);
    this.#waiters = still;
    for (const { end } of ended) end(outcome);
  }

  #wakeAt(deadline: number): void {
    if (deadline >= this.#wakesAt) return;
    clearTimeout(this.#timer);
    this.#wakesAt = deadline;
    this.#timer = setTimeout(() => this.#wake(), Math.max(0, deadline - performance.now()));
  }

  #wake(): void {
    this.#wakesAt = Infinity;
    const now = performance.now();
    this.#endThose((waiter) => waiter.deadline <= now, 'late');
    if (this.#waiters.length > 0)
      this.#wakeAt(this.#waiters.reduce((first, { deadline }) => Math.min(first, deadline), Infinity));
  }
}
