import type { Progress } from '../read-model.ts';

/** How far a read model has come, told after each step that was saved. */
export interface ReadModelProgress extends Progress {
  /** Of the last event that is in it, durable where the store is. */
  readonly checkpoint: bigint;
}

/** Counts what was read since a run began, for whoever watches. */
export class ProgressMeter {
  readonly #tell: ((progress: ReadModelProgress) => void) | undefined;
  readonly #begun = performance.now();
  #after = -1n;
  #end: bigint | undefined;
  /** So many events were read. */
  events = 0;

  constructor(tell: ((progress: ReadModelProgress) => void) | undefined) {
    this.#tell = tell;
  }

  /** In the time since it was made. */
  get milliseconds(): number {
    return performance.now() - this.#begun;
  }

  /** Says between which positions the run reads: the first exclusive, the last inclusive, which may grow meanwhile. */
  expect(after: bigint, end: bigint): void {
    if (this.#end === undefined) this.#after = after;
    this.#end = end;
  }

  saved(checkpoint: bigint): void {
    const perSecond = Math.round((this.events * 1_000) / Math.max(1, this.milliseconds));
    this.#tell?.(Object.freeze({ events: this.events, total: this.#totalAt(checkpoint), perSecond, checkpoint }));
  }

  /** How many there will be, judged by how far the positions are: exact where they have no gaps, and at the end. */
  #totalAt(checkpoint: bigint): number | undefined {
    if (this.#end === undefined) return undefined;
    if (checkpoint >= this.#end) return this.events;
    return Math.round((this.events * Number(this.#end - this.#after)) / Number(checkpoint - this.#after));
  }
}
