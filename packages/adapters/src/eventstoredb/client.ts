import {
  type AllStreamResolvedEvent,
  EventStoreDBClient,
  type ResolvedEvent,
  type WrongExpectedVersionError,
} from '@eventstore/db-client';
import type { CurrentRevision } from '@integration-settings/domain';
import type { EncodedEvent } from '../event-store/encoded-event.ts';
import { closeChannels, shield } from './shield.ts';

// Everything that is called otherwise in the client's successor stands in this file.

/** An event as the client hands it out. */
export type ClientEvent = ResolvedEvent | AllStreamResolvedEvent;

/** Where a read begins: at a revision or position, or at an end of the stream or log. */
export type Bound = bigint | 'start' | 'end';

export interface ReadRange {
  readonly from: Bound;
  readonly direction: 'forwards' | 'backwards';
  readonly maxCount?: number;
}

/** What is read of a Node stream of events, in its paused mode. */
export interface EventQueue {
  readonly readableLength: number;
  read(): unknown;
  on(event: 'readable' | 'end' | 'close', listener: () => void): this;
  on(event: 'error', listener: (error: unknown) => void): this;
}

/** A running read or subscription of the client. */
export interface ClientStream {
  readonly events: EventQueue;
  /** Ends the call on the server too; leaving the loop alone would not. Never rejects, waits for nothing. */
  cancel(): void;
}

/** What a subscription says beside its events. */
export interface SubscriptionListener {
  confirmed(): void;
  checkpoint(position: bigint): void;
  caughtUp(): void;
}

/** The calls that the store makes, in its own words. */
export interface Client {
  append(
    streamName: string,
    events: readonly EncodedEvent[],
    expectedRevision: bigint | 'no_stream',
  ): Promise<{ readonly revision: bigint; readonly position: bigint | undefined }>;
  readStream(streamName: string, range: ReadRange): ClientStream;
  readAll(range: ReadRange): ClientStream;
  /** After a position, or from the start, or from now on; streams with a prefix, or all but the system's events. */
  subscribeToAll(after: Bound, streamPrefix: string | undefined, listener: SubscriptionListener): ClientStream;
  /** Breaks all its calls. Never rejects. */
  dispose(): Promise<void>;
}

/** How many events the client holds ready for its reader. */
const readAhead = { highWaterMark: 256 };

/** A checkpoint comes with every window of 32 considered events; those that come together are made one. */
const checkpointInterval = 1;

/**
 * Makes a client; it connects with its first call.
 *
 * @param generation - each has connections of its own: clients with the same settings share them, and one that takes the
 * place of another would get the dead connection that it was made to leave
 * @throws what the client says of the string
 */
export const connect = (connectionString: string, generation: number): Client => {
  const client = shield(EventStoreDBClient.connectionString(withOwnConnection(connectionString, generation)));
  return {
    ...callsOf(client),
    dispose: async () => {
      const disposed = client.dispose().catch(ignore);
      closeChannels(client);
      await disposed;
    },
  };
};

/** Wraps a client that the host has made, and may go on using when it was disposed. */
export const wrapClient = (given: object): Client => {
  const client = shield(given as EventStoreDBClient);
  return { ...callsOf(client), dispose: () => client.dispose().catch(ignore) };
};

/** Connections differ when their settings do: the keep-alive's time-out by as many milliseconds as there were clients before. */
const withOwnConnection = (connectionString: string, generation: number): string => {
  const given = /[?&]keep[_-]?alive[_-]?timeout=(-?\d+)/i.exec(connectionString)?.[1];
  if (generation === 0 || given === '-1') return connectionString;
  const separator = connectionString.includes('?') ? '&' : '?';
  return `${connectionString}${separator}keepAliveTimeout=${Number(given ?? 10_000) + generation}`;
};

const callsOf = (client: EventStoreDBClient): Omit<Client, 'dispose'> => {
  return {
    append: async (streamName, events, expectedRevision) => {
      const result = await client.appendToStream(streamName, events.map(toClientEvent), { expectedRevision });
      return { revision: result.nextExpectedRevision, position: result.position?.commit };
    },
    readStream: (streamName, { from, direction, maxCount }) =>
      cancellable(
        client.readStream(
          streamName,
          { fromRevision: from, direction, requiresLeader: true, ...(maxCount === undefined ? {} : { maxCount }) },
          readAhead,
        ),
      ),
    readAll: ({ from, direction, maxCount }) =>
      cancellable(
        client.readAll(
          {
            fromPosition: toPosition(from),
            direction,
            requiresLeader: true,
            ...(maxCount === undefined ? {} : { maxCount }),
          },
          readAhead,
        ),
      ),
    subscribeToAll: (after, streamPrefix, listener) => {
      const shared = {
        checkpointInterval,
        checkpointReached: async (_: unknown, position: { readonly commit: bigint }) =>
          listener.checkpoint(position.commit),
      };
      const filter =
        streamPrefix === undefined || streamPrefix === ''
          ? { ...shared, filterOn: 'eventType' as const, regex: '^[^$]' }
          : { ...shared, filterOn: 'streamName' as const, prefixes: [streamPrefix] };
      const subscription = client.subscribeToAll(
        { fromPosition: toPosition(after), requiresLeader: true, filter },
        readAhead,
      );
      subscription.on('confirmation', () => listener.confirmed());
      subscription.on('caughtUp', () => listener.caughtUp());
      return { events: listening(subscription), cancel: () => void subscription.unsubscribe().catch(ignore) };
    },
  };
};

/** Where the stream stood, by a conflict's error; the successor calls it `actualState`. */
export const currentRevisionOf = (error: unknown): CurrentRevision => {
  const { actualVersion } = error as WrongExpectedVersionError;
  return actualVersion;
};

const ignore = (): void => undefined;

/** Without a listener an error would end the process, even one that comes after the last read. */
const listening = (stream: EventQueue): EventQueue => stream.on('error', ignore);

const cancellable = (read: EventQueue & { cancel(): Promise<void> }): ClientStream => ({
  events: listening(read),
  cancel: () => void read.cancel().catch(ignore),
});

const toPosition = (bound: Bound): 'start' | 'end' | { readonly commit: bigint; readonly prepare: bigint } =>
  typeof bound === 'bigint' ? { commit: bound, prepare: bound } : bound;

/** Metadata goes as bytes: the client leaves out what is falsy, and reads bytes that are JSON as JSON. */
const toClientEvent = ({ id, type, data, metadata }: EncodedEvent) => ({
  id,
  type,
  contentType: 'application/json' as const,
  data: JSON.parse(data) as Record<string, unknown>,
  metadata: new TextEncoder().encode(metadata),
});
