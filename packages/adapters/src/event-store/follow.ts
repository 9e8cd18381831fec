import {
  isStoreUnavailable,
  OutOfRange,
  type ReadAllOptions,
  type RecordedEvent,
  type SubscribeOptions,
  type SubscriptionMessage,
} from '@integration-settings/domain';

/** What following a log needs of a store. */
export interface FollowedLog {
  /** The position of the last event, `-1n` where there is none. */
  head(): Promise<bigint>;
  read(options: ReadAllOptions): AsyncIterable<readonly RecordedEvent[]>;
  /** Resolves once the head is another one or `stopped` aborts. */
  changed(head: bigint, stopped: AbortSignal): Promise<void>;
  /** Resolves when an unavailable store is worth another try or `stopped` aborts. */
  retry(stopped: AbortSignal): Promise<void>;
}

/**
 * Catches up with a log and goes on with it: events, then a checkpoint where the rest up to the head is of other streams,
 * then `caught-up`, and again whenever the head moves. An unavailable store is reported and tried again; any other error
 * ends it.
 *
 * @param closing - aborts when the store closes
 * @throws OutOfRange for a position past the end of the log: what is written up to there would be passed over without a word
 */
export async function* follow(
  log: FollowedLog,
  options: SubscribeOptions,
  closing: AbortSignal,
): AsyncGenerator<SubscriptionMessage, void, undefined> {
  const stopped = options.signal === undefined ? closing : AbortSignal.any([options.signal, closing]);
  const prefix = options.streamPrefix === undefined ? {} : { streamPrefix: options.streamPrefix };
  let position = options.after;
  while (!stopped.aborted) {
    try {
      const head = await log.head();
      if (position > head) {
        throw new OutOfRange(
          `Position ${position} is past the end of the log, which is at ${head}. Was the store restored from a backup, or is it another one?`,
        );
      }
      for await (const events of log.read({ ...prefix, after: position, before: head + 1n })) {
        if (stopped.aborted) return;
        yield { kind: 'events', events };
        position = events.at(-1)?.position ?? position;
      }
      if (position < head) {
        position = head;
        yield { kind: 'checkpoint', position };
      }
      if (stopped.aborted) return;
      yield { kind: 'caught-up' };
      await log.changed(head, stopped);
    } catch (error) {
      if (stopped.aborted) return;
      if (!isStoreUnavailable(error)) throw error;
      yield { kind: 'disconnected', reason: error.message };
      await log.retry(stopped);
    }
  }
}
