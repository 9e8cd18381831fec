import type { RecordedEvent } from '@integration-settings/domain';
import type { ClientStream, ReadRange } from './client.ts';
import type { Connection } from './connection.ts';
import { accessDenied, deleted, unavailable } from './errors.ts';
import { EventSource } from './event-source.ts';
import { BrokenOff, classify } from './failure.ts';
import { Patience } from './patience.ts';

/** No stream goes farther, and the server takes no larger number. */
export const largestRevision = 2n ** 63n - 1n;

/**
 * Reads a stream, from the leader, in batches; a missing stream has none. A broken read goes on where it broke.
 *
 * @throws StoreUnavailable when nothing came for `giveUpAfterMs`, StoreCorrupted where the stream was deleted for good
 */
export async function* readRange(
  connection: Connection,
  streamName: string,
  range: ReadRange,
  giveUpAfterMs: number,
  signal?: AbortSignal,
): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
  let rest: ReadRange | undefined = range;
  const patience = new Patience(giveUpAfterMs);
  while (rest !== undefined) {
    const asked: ReadRange = rest;
    try {
      for await (const events of eventsOf(connection, (client) => client.readStream(streamName, asked), signal)) {
        patience.renew();
        rest = restOf(rest ?? asked, events);
        yield events;
      }
      return;
    } catch (error) {
      const failure = classify(error);
      if (failure === 'not-found') return;
      if (failure === 'deleted') throw deleted(streamName, error);
      await orTryAgain(error, patience, signal);
    }
  }
}

/** The last event of a stream, as the leader knows it. */
export const lastOf = async (
  connection: Connection,
  streamName: string,
  giveUpAfterMs: number,
  signal?: AbortSignal,
): Promise<RecordedEvent | undefined> => {
  const range = { from: 'end', direction: 'backwards', maxCount: 1 } as const;
  for await (const [last] of readRange(connection, streamName, range, giveUpAfterMs, signal)) return last;
  return undefined;
};

/**
 * The batches of one read, which is ended on the server when they are left early. A client on which it is silent is
 * replaced.
 */
export async function* eventsOf(
  connection: Connection,
  start: (client: Connection['client']) => ClientStream,
  signal?: AbortSignal,
): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
  const { client } = connection;
  const source = new EventSource(() => start(client), signal);
  try {
    for (;;) {
      const heard = await source.next(connection.answerWithinMs);
      if (heard === undefined) {
        // A call that is cancelled with its client ends as a complete one does.
        if (client !== connection.client) throw new BrokenOff();
        return;
      }
      for (const message of heard) if (message.kind === 'events') yield message.events;
    }
  } catch (error) {
    if (classify(error) === 'silent') connection.replace(client);
    throw error;
  } finally {
    source.stop();
  }
}

/** Waits before a read is tried again. @throws the error, as a typed one, where that is no use */
export const orTryAgain = async (error: unknown, patience: Patience, signal?: AbortSignal): Promise<void> => {
  signal?.throwIfAborted();
  const failure = classify(error);
  if (failure === 'denied') throw accessDenied(error);
  if (failure === 'foreign') throw error;
  if (patience.isOver) throw unavailable(error);
  await patience.pause(signal);
};

const restOf = (range: ReadRange, events: readonly RecordedEvent[]): ReadRange | undefined => {
  const last = events.at(-1);
  if (last === undefined) return range;
  const from = range.direction === 'forwards' ? last.revision + 1n : last.revision - 1n;
  const maxCount = range.maxCount === undefined ? undefined : range.maxCount - events.length;
  if (from < 0n || maxCount === 0) return undefined;
  return { from, direction: range.direction, ...(maxCount === undefined ? {} : { maxCount }) };
};
