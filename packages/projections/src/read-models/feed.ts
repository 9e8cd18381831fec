import type { ReadModelGeneration, RecordedEvent } from '@integration-settings/domain';
import { BegunCommands } from '../effective-settings/begun-commands.ts';
import { readEvent, type ReadEvent } from '../effective-settings/read-event.ts';
import type { ProgressMeter } from './progress-meter.ts';

/** Hands batches of a log to a generation, a batch in one step, the events of one command never in two. */
export class Feed {
  readonly generation: ReadModelGeneration;
  readonly #meter: ProgressMeter;
  readonly #begun = new BegunCommands();
  /** What has taken effect since the checkpoint; another command had begun. */
  readonly #pending: ReadEvent[] = [];

  constructor(generation: ReadModelGeneration, meter: ProgressMeter) {
    this.generation = generation;
    this.#meter = meter;
  }

  /**
   * Takes the next events of the log. Where one cannot be read, those before it are taken first.
   *
   * @returns false where another generation holds by now
   * @throws StoreNewer, StoreCorrupted, ProjectionFailed
   */
  async take(batch: readonly RecordedEvent[]): Promise<boolean> {
    let checkpoint = this.generation.checkpoint;
    let complete = 0;
    let failure: { readonly error: unknown } | undefined;
    for (const recorded of batch) {
      try {
        const event = readEvent(recorded);
        const before = this.#begun.collect(event);
        if (before !== undefined) this.#pending.push(...before, event);
      } catch (error) {
        failure = { error };
        break;
      }
      this.#meter.events += 1;
      if (this.#begun.parts > 0) continue;
      complete = this.#pending.length;
      checkpoint = recorded.position;
    }
    const goesOn = checkpoint === this.generation.checkpoint || (await this.#apply(complete, checkpoint));
    if (failure !== undefined) throw failure.error;
    return goesOn;
  }

  async #apply(complete: number, checkpoint: bigint): Promise<boolean> {
    if (!(await this.generation.apply(this.#pending.splice(0, complete), checkpoint))) return false;
    this.#meter.saved(checkpoint);
    return true;
  }
}
