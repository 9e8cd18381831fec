import { type EventStore, StoreUnavailable } from '@integration-settings/domain';
import { type Client, connect, wrapClient } from './client.ts';
import { checkConnectionString, InvalidConnectionString } from './connection-string.ts';
import { Connection } from './connection.ts';
import { accessDenied, unavailable } from './errors.ts';
import { EventSource } from './event-source.ts';
import { EventStoreDb } from './event-store-db.ts';
import { classify, isHopeless, Silent } from './failure.ts';
import { Patience } from './patience.ts';

export interface EventStoreDbSettings {
  /**
   * How long one call may go unanswered until it is repeated on a new connection, in milliseconds. Default 2 000, which is
   * also how long the server itself waits for a write.
   */
  readonly answerWithinMs?: number;
  /**
   * How long an append or a read is tried again in all, in milliseconds. Default 20 000: longer than a cluster takes to
   * leave a frozen leader.
   */
  readonly giveUpAfterMs?: number;
  /** How long opening waits for a server that is down, in milliseconds. Default 10 000. */
  readonly openWithinMs?: number;
  /** After how much silence a subscription asks whether the server still lives, in milliseconds. Default 2 000. */
  readonly signOfLifeMs?: number;
  /** The server's `MaxAppendSize`, in bytes. Default 1 048 576, as servers up to 25.0 have it. */
  readonly maxAppendBytes?: number;
}

export type EventStoreDbOptions = EventStoreDbSettings &
  (
    | {
        /** `esdb://…` or `esdb+discover://…`, credentials included. */
        readonly connectionString: string;
        readonly client?: never;
      }
    | {
        readonly connectionString?: never;
        /**
         * An `EventStoreDBClient` of the host, for what a connection string cannot say. The store disposes it, whereupon all
         * its calls break, when it has gone deaf and on closing; and it cannot leave a frozen leader before the client's
         * keep-alive does. Prefer a connection string.
         */
        readonly client: object;
      }
  );

/**
 * Opens EventStoreDB (or KurrentDB, by its `esdb://` protocol), server version 23.10 or later, as an event store.
 *
 * Every append is sent on an exact revision and repeated with the same event ids until the answer decides; reads ask the
 * leader; subscriptions reconnect by themselves. Several processes may have the same server open.
 *
 * @throws InvalidConnectionString naming the fault, never the password; StoreUnavailable when no server answered in time,
 * its certificate does not fit, or it refused access
 *
 * @example
 * const eventStore = await openEventStoreDb({ connectionString: 'esdb://localhost:2113?tls=false' });
 */
export const openEventStoreDb = async (options: EventStoreDbOptions): Promise<EventStore> => {
  const {
    answerWithinMs = 2_000,
    giveUpAfterMs = 20_000,
    openWithinMs = 10_000,
    signOfLifeMs = 2_000,
    maxAppendBytes = 1_048_576,
  } = options;
  const connection = new Connection(clientFactory(options), answerWithinMs);
  try {
    await untilReady(connection, openWithinMs);
  } catch (error) {
    connection.close();
    throw error;
  }
  return new EventStoreDb(connection, { giveUpAfterMs, signOfLifeMs, maxAppendBytes });
};

const clientFactory = ({ connectionString, client }: EventStoreDbOptions): ((generation: number) => Client) => {
  if (client !== undefined) return () => wrapClient(client);
  checkConnectionString(connectionString);
  return (generation) => {
    try {
      return connect(connectionString, generation);
    } catch {
      // Its error holds the string; what the client does not take is caught above, but for files that cannot be read.
      throw new InvalidConnectionString('the client does not take it; can its certificate files be read?');
    }
  };
};

/** Subscribes to what comes next: whoever hears that this has caught up may read, and the server says such things. */
const untilReady = async (connection: Connection, withinMs: number): Promise<void> => {
  const patience = new Patience(withinMs);
  for (;;) {
    try {
      return await hearCaughtUp(connection);
    } catch (error) {
      const failure = classify(error);
      if (failure === 'foreign') throw error;
      if (failure === 'denied') throw accessDenied(error);
      if (error instanceof NeverCaughtUp) throw new StoreUnavailable(error.message);
      if (patience.isOver || isHopeless(error)) throw unavailable(error);
      await patience.pause();
    }
  }
};

/** The server gives events, and does not say when there are no more. */
class NeverCaughtUp extends Silent {
  override message = 'EventStoreDB does not say when a subscription has caught up: version 23.10 or later is needed.';
}

const hearCaughtUp = async (connection: Connection): Promise<void> => {
  const { client, answerWithinMs } = connection;
  const source = new EventSource((listener) => client.subscribeToAll('end', undefined, listener));
  try {
    while ((await source.next(answerWithinMs))?.some(({ kind }) => kind === 'caught-up') === false);
  } catch (error) {
    if (classify(error) !== 'silent') throw error;
    connection.replace(client);
    throw source.wasConfirmed ? new NeverCaughtUp(answerWithinMs) : error;
  } finally {
    source.stop();
  }
};
