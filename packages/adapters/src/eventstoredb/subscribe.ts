import { OutOfRange, type SubscribeOptions, type SubscriptionMessage } from '@integration-settings/domain';
import type { Connection } from './connection.ts';
import { EventSource, type Heard } from './event-source.ts';
import { BrokenOff, classify, reasonOf } from './failure.ts';
import { Patience } from './patience.ts';
import { lookAtHead } from './read-all.ts';

/**
 * Follows the log by subscriptions of the client, one after the other: after whatever breaks one the next begins at the
 * last position that was handed over, so that each event comes once and in order.
 *
 * A subscription to a node that hangs is silent, as one is where nothing happens. So after `signOfLifeMs` of silence the
 * leader is asked for its head; without an answer the client is replaced, which finds another leader.
 *
 * @throws OutOfRange for a position that this log cannot have given: past its end the server would pass over all that is
 * written up to there without a word
 */
export async function* subscribe(
  connection: Connection,
  { after, streamPrefix }: SubscribeOptions,
  signOfLifeMs: number,
  stopped: AbortSignal,
): AsyncGenerator<SubscriptionMessage, void, undefined> {
  const pauses = new Patience(Infinity);
  let position = after;
  let isConnected = true;
  while (!stopped.aborted) {
    try {
      await checkPosition(connection, position, stopped);
      for await (const message of oneSubscription(
        connection,
        { after: position, streamPrefix },
        signOfLifeMs,
        stopped,
      )) {
        isConnected = true;
        pauses.renew();
        if (message.kind === 'events') position = message.events.at(-1)?.position ?? position;
        else if (message.kind === 'checkpoint') {
          if (message.position <= position) continue; // while catching up it lags behind the events
          position = message.position;
        }
        yield message;
      }
    } catch (error) {
      if (stopped.aborted) return;
      const failure = classify(error);
      if (failure === 'foreign') throw error;
      if (failure === 'invalid-position') throw outOfRange(position, 'is not one of this log', error);
      if (isConnected) yield { kind: 'disconnected', reason: reasonOf(error) };
      isConnected = false;
      await pauses.pause(stopped);
    }
  }
}

interface From {
  readonly after: bigint;
  readonly streamPrefix: string | undefined;
}

/** The messages of one subscription of the client, until it breaks. */
async function* oneSubscription(
  connection: Connection,
  { after, streamPrefix }: From,
  signOfLifeMs: number,
  stopped: AbortSignal,
): AsyncGenerator<Heard, never, undefined> {
  const { client } = connection;
  const source = new EventSource(
    (listener) => client.subscribeToAll(after === -1n ? 'start' : after, streamPrefix, listener),
    stopped,
  );
  try {
    for (;;) {
      const heard = await nextOf(source, signOfLifeMs);
      if (heard === undefined) throw new BrokenOff();
      if (heard.length === 0) await lookAtHead(connection, stopped);
      yield* heard;
    }
  } finally {
    source.stop();
  }
}

/** @returns an empty list where nothing came in time */
const nextOf = async (source: EventSource, withinMs: number): Promise<readonly Heard[] | undefined> => {
  try {
    return await source.next(withinMs);
  } catch (error) {
    if (classify(error) !== 'silent') throw error;
    return [];
  }
};

const checkPosition = async (connection: Connection, position: bigint, stopped: AbortSignal): Promise<void> => {
  if (position === -1n) return;
  const head = await lookAtHead(connection, stopped);
  if (position > head) throw outOfRange(position, `is past the end of the log, which is at ${head}`);
};

const outOfRange = (position: bigint, what: string, cause?: unknown): OutOfRange =>
  new OutOfRange(`Position ${position} ${what}. Was the store restored from a backup, or is it another one?`, {
    cause,
  });
