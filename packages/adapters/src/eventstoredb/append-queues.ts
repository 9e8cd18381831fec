import {
  type AppendResult,
  type CurrentRevision,
  ExpectedRevisionConflict,
  isExpectedRevisionConflict,
} from '@integration-settings/domain';
import { unavailable } from './errors.ts';
import { Silent } from './failure.ts';
import type { Patience } from './patience.ts';

/** Appends on an exact revision. */
export type AppendAt = (expectedRevision: bigint | 'no_stream') => Promise<AppendResult>;

/** How long an append may take in all, and whether it is still wanted. */
export interface Wait {
  readonly patience: Patience;
  readonly signal: AbortSignal | undefined;
}

/**
 * Makes appends that take the stream as it is into appends on an exact revision: with `any` and `stream_exists` the
 * server forgets after a restart which events it has, so that a repeat would write them twice.
 *
 * Those of one stream wait for each other, so that only other processes can be in their way.
 */
export class AppendQueues {
  readonly #currentRevision: (streamName: string, wait: Wait) => Promise<CurrentRevision>;
  readonly #tails = new Map<string, Promise<CurrentRevision | undefined>>();

  /** @param currentRevision - looks where a stream stands */
  constructor(currentRevision: (streamName: string, wait: Wait) => Promise<CurrentRevision>) {
    this.#currentRevision = currentRevision;
  }

  /** @throws StoreUnavailable when its turn did not come in time, the signal's reason, and what `appendAt` throws */
  append(streamName: string, expected: 'any' | 'stream_exists', wait: Wait, appendAt: AppendAt): Promise<AppendResult> {
    const before = this.#tails.get(streamName);
    const appended = this.#afterwards(before, streamName, expected, wait, appendAt);
    const tail = appended.then(
      ({ revision }) => revision,
      () => before?.then(() => undefined), // one that left the queue does not let the next one overtake
    );
    this.#tails.set(streamName, tail);
    void this.#forget(streamName, tail);
    return appended;
  }

  async #forget(streamName: string, tail: Promise<CurrentRevision | undefined>): Promise<void> {
    await tail;
    if (this.#tails.get(streamName) === tail) this.#tails.delete(streamName);
  }

  async #afterwards(
    before: Promise<CurrentRevision | undefined> | undefined,
    streamName: string,
    expected: 'any' | 'stream_exists',
    wait: Wait,
    appendAt: AppendAt,
  ): Promise<AppendResult> {
    const known = before === undefined ? undefined : await inTime(before, wait);
    let current = known ?? (await this.#currentRevision(streamName, wait));
    for (;;) {
      if (expected === 'stream_exists' && current === 'no_stream') {
        throw new ExpectedRevisionConflict(streamName, expected, current);
      }
      try {
        return await appendAt(current);
      } catch (error) {
        if (!isExpectedRevisionConflict(error)) throw error;
        current = error.actual;
      }
    }
  }
}

const inTime = async <T>(turn: Promise<T>, { patience, signal }: Wait): Promise<T> => {
  try {
    return await patience.within(turn, signal);
  } catch (error) {
    throw error instanceof Silent ? unavailable(error) : error;
  }
};
