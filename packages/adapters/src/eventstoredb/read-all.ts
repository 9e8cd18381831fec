import type { ReadAllOptions, RecordedEvent } from '@integration-settings/domain';
import type { Bound, ReadRange } from './client.ts';
import type { Connection } from './connection.ts';
import { EventSource } from './event-source.ts';
import { BrokenOff, classify } from './failure.ts';
import { Patience } from './patience.ts';
import { eventsOf, largestRevision, orTryAgain } from './read-stream.ts';

/** The position of the last event in the log, of whatever stream, as the leader knows it; `-1n` where there is none. */
const headOf = async (connection: Connection, giveUpAfterMs: number, signal?: AbortSignal): Promise<bigint> => {
  const patience = new Patience(giveUpAfterMs);
  for (;;) {
    try {
      return await lookAtHead(connection, signal);
    } catch (error) {
      await orTryAgain(error, patience, signal);
    }
  }
};

/** One look, which fails as the client does. A client on which it is silent is replaced. */
export const lookAtHead = async (connection: Connection, signal?: AbortSignal): Promise<bigint> => {
  const range = { from: 'end', direction: 'backwards', maxCount: 1 } as const;
  for await (const [last] of eventsOf(connection, (client) => client.readAll(range), signal))
    return last?.position ?? -1n;
  return -1n;
};

/** Whether an event is for who reads with this prefix: without one, all but the server's own. */
const isWanted = ({ streamName, type }: RecordedEvent, prefix: string): boolean =>
  prefix === '' ? !streamName.startsWith('$') && !type.startsWith('$') : streamName.startsWith(prefix);

/**
 * Reads the log forwards up to what is there.
 *
 * It is a filtered subscription that ends at the head: the client's reads of the log have no filter, and of a log of which
 * one event in a hundred is ours a read hands over 65 000 events a second, ours and others, while a filtered
 * subscription passes 600 000 and more (transcripts 8-figures.13 and 17 to 20); of a log that is all ours they are alike.
 */
export async function* readForwards(
  connection: Connection,
  { after = -1n, before, streamPrefix = '', maxCount = Infinity }: ReadAllOptions,
  giveUpAfterMs: number,
  signal: AbortSignal,
): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
  const head = await headOf(connection, giveUpAfterMs, signal);
  const last = before === undefined || before > head ? head : before - 1n;
  const patience = new Patience(giveUpAfterMs);
  let position = after;
  let from: Bound = after === -1n ? 'start' : after;
  let left = maxCount;
  while (position < last && left > 0) {
    try {
      for await (const events of eventsUpTo(connection, from, last, streamPrefix, signal)) {
        patience.renew();
        const wanted = events
          .filter((event) => event.position > position && event.position <= last && isWanted(event, streamPrefix))
          .slice(0, left);
        const reached: bigint = events.at(-1)?.position ?? position;
        if (reached > position) {
          position = reached;
          from = reached;
        }
        left -= wanted.length;
        if (wanted.length > 0) yield wanted;
        if (left === 0) return;
      }
      return;
    } catch (error) {
      if (classify(error) !== 'invalid-position') await orTryAgain(error, patience, signal);
      else if (from === 'start') throw error;
      else from = 'start'; // a position between two events: the server takes none, so all before it is passed over
    }
  }
}

/** The events of a subscription until it has passed a position or caught up. */
async function* eventsUpTo(
  connection: Connection,
  after: Bound,
  last: bigint,
  streamPrefix: string,
  signal: AbortSignal,
): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
  const { client } = connection;
  const source = new EventSource((listener) => client.subscribeToAll(after, streamPrefix, listener), signal);
  try {
    for (;;) {
      const heard = await source.next(connection.answerWithinMs);
      if (heard === undefined) throw new BrokenOff();
      for (const message of heard) {
        if (message.kind === 'events') yield message.events;
        const position =
          message.kind === 'events'
            ? message.events.at(-1)?.position
            : message.kind === 'checkpoint'
              ? message.position
              : last;
        if (position !== undefined && position >= last) return;
      }
    }
  } catch (error) {
    if (classify(error) === 'silent') connection.replace(client);
    throw error;
  } finally {
    source.stop();
  }
}

/**
 * Reads the log backwards, from the last event or from before a position. There is no filter for it: what is not wanted
 * comes over the network and is left out here.
 */
export async function* readBackwards(
  connection: Connection,
  { after = -1n, before, streamPrefix = '', maxCount = Infinity }: ReadAllOptions,
  giveUpAfterMs: number,
  signal: AbortSignal,
): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
  const patience = new Patience(giveUpAfterMs);
  let position = before ?? largestRevision + 1n;
  let from: Bound = before === undefined || before > (await headOf(connection, giveUpAfterMs, signal)) ? 'end' : before;
  let left = maxCount;
  while (left > 0 && position > 0n) {
    const asked: ReadRange = { from, direction: 'backwards' };
    try {
      for await (const events of eventsOf(connection, (client) => client.readAll(asked), signal)) {
        patience.renew();
        const wanted = events
          .filter((event) => event.position < position && event.position > after && isWanted(event, streamPrefix))
          .slice(0, left);
        const last = events.at(-1)?.position ?? position;
        if (last < position) {
          position = last;
          from = last;
        }
        left -= wanted.length;
        if (wanted.length > 0) yield wanted;
        if (left === 0 || position <= after) return;
      }
      return;
    } catch (error) {
      if (classify(error) !== 'invalid-position') await orTryAgain(error, patience, signal);
      else if (from === 'end') throw error;
      else from = 'end';
    }
  }
}
