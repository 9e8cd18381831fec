import type { EventMetadata, RecordedEvent } from '@integration-settings/domain';
import { affectedBy } from '../live/settings-change.ts';
import type { Past } from './moment.ts';
import { Replay } from './replay.ts';

/** Counts how many projects events reached when they took effect. Asked in the order of the log, all of it is replayed once. */
export class Reach {
  readonly #past: Past;
  #replay: Replay | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(past: Past) {
    this.#past = past;
  }

  /** One after the other, however many are asked for at once. */
  of(recorded: RecordedEvent): Promise<number> {
    const counting = this.#last.then(() => this.#count(recorded));
    this.#last = counting.catch(() => undefined);
    return counting;
  }

  async #count(recorded: RecordedEvent): Promise<number> {
    const end = await this.#takesEffectAt(recorded);
    if (end === undefined) return 0;
    if (this.#replay === undefined || this.#replay.position >= end) {
      this.#replay = await Replay.near(this.#past, end - 1n);
    }
    const replay = this.#replay;
    await replay.to(end - 1n);
    let reached = 0;
    await replay.to(end, {
      observe: (effect) => {
        if (effect.event.recorded.position === recorded.position) reached = affectedBy(replay.view, effect);
      },
    });
    return reached;
  }

  /** The position of the last event of its command; `undefined` where that is not there yet. */
  async #takesEffectAt({ streamName, revision, position, metadata }: RecordedEvent): Promise<bigint | undefined> {
    const [index, count] = (metadata as EventMetadata).part ?? [0, 1];
    if (index + 1 === count) return position;
    const range = { from: revision + BigInt(count - 1 - index), maxCount: 1 };
    for await (const [last] of this.#past.eventStore.readStream(streamName, range)) return last?.position;
    return undefined;
  }
}
