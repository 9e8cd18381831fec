import {
  type AppendResult,
  type CurrentRevision,
  ExpectedRevisionConflict,
  isExpectedRevisionConflict,
} from '@integration-settings/domain';

/** Appends on an exact revision. */
export type AppendAt = (expectedRevision: bigint | 'no_stream') => Promise<AppendResult>;

/**
 * Makes appends that take the stream as it is into appends on an exact revision: with `any` and `stream_exists` the
 * server forgets after a restart which events it has, so that a repeat would write them twice.
 *
 * Those of one stream wait for each other, so that only other processes can be in their way.
 */
export class AppendQueues {
  readonly #currentRevision: (streamName: string) => Promise<CurrentRevision>;
  readonly #tails = new Map<string, Promise<CurrentRevision | undefined>>();

  /** @param currentRevision - looks where a stream stands */
  constructor(currentRevision: (streamName: string) => Promise<CurrentRevision>) {
    this.#currentRevision = currentRevision;
  }

  async append(streamName: string, expected: 'any' | 'stream_exists', appendAt: AppendAt): Promise<AppendResult> {
    const before = this.#tails.get(streamName);
    const appended = this.#afterwards(before, streamName, expected, appendAt);
    const tail = appended.then(
      ({ revision }) => revision,
      () => undefined,
    );
    this.#tails.set(streamName, tail);
    try {
      return await appended;
    } finally {
      if (this.#tails.get(streamName) === tail) this.#tails.delete(streamName);
    }
  }

  async #afterwards(
    before: Promise<CurrentRevision | undefined> | undefined,
    streamName: string,
    expected: 'any' | 'stream_exists',
    appendAt: AppendAt,
  ): Promise<AppendResult> {
    let current = (await before) ?? (await this.#currentRevision(streamName));
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
