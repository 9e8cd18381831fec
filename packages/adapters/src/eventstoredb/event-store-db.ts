import {
  type AppendOptions,
  type AppendResult,
  Closed,
  type EventStore,
  type EventToAppend,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  type SubscribeOptions,
  type SubscriptionMessage,
} from '@integration-settings/domain';
import {
  checkExpectedRevision,
  checkReadAll,
  checkReadStream,
  checkStreamName,
  checkSubscribe,
} from '../event-store/check.ts';
import { encodeEvents } from '../event-store/encoded-event.ts';
import { appendExactly, sizeOf } from './append.ts';
import { AppendQueues } from './append-queues.ts';
import type { Bound } from './client.ts';
import type { Connection } from './connection.ts';
import { AppendTooLarge } from './errors.ts';
import { Patience } from './patience.ts';
import { readBackwards, readForwards } from './read-all.ts';
import { largestRevision, lastOf, readRange } from './read-stream.ts';
import { subscribe } from './subscribe.ts';

/** How long the store waits for what, in milliseconds, and how much it sends, in bytes. */
export interface Limits {
  readonly giveUpAfterMs: number;
  readonly signOfLifeMs: number;
  readonly maxAppendBytes: number;
}

/** The event store port over a connection to EventStoreDB. */
export class EventStoreDb implements EventStore {
  readonly #connection: Connection;
  readonly #limits: Limits;
  readonly #closing = new AbortController();
  readonly #appending = new Set<Promise<unknown>>();
  readonly #queues: AppendQueues;
  #closed: Promise<void> | undefined;

  constructor(connection: Connection, limits: Limits) {
    this.#connection = connection;
    this.#limits = limits;
    this.#queues = new AppendQueues(
      async (streamName, { patience, signal }) =>
        (await lastOf(connection, streamName, patience.leftMs, signal))?.revision ?? 'no_stream',
    );
  }

  async appendToStream(
    streamName: string,
    events: readonly EventToAppend[],
    { expectedRevision, signal }: AppendOptions,
  ): Promise<AppendResult> {
    this.#checkOpen();
    signal?.throwIfAborted();
    checkName(streamName);
    checkExpectedRevision(expectedRevision);
    const encoded = encodeEvents(events);
    const size = sizeOf(encoded);
    if (size > this.#limits.maxAppendBytes) throw new AppendTooLarge(streamName, size, this.#limits.maxAppendBytes);
    const patience = new Patience(this.#limits.giveUpAfterMs);
    const appendAt = (revision: bigint | 'no_stream'): Promise<AppendResult> =>
      appendExactly(
        this.#connection,
        { streamName, events: encoded, expectedRevision: revision, signal },
        this.#limits.giveUpAfterMs,
        patience,
      );
    const appended =
      expectedRevision === 'any' || expectedRevision === 'stream_exists'
        ? this.#queues.append(streamName, expectedRevision, { patience, signal }, appendAt)
        : appendAt(expectedRevision);
    this.#appending.add(appended);
    try {
      return await appended;
    } finally {
      this.#appending.delete(appended);
    }
  }

  async *readStream(
    streamName: string,
    options: ReadStreamOptions = {},
  ): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    this.#checkOpen();
    options.signal?.throwIfAborted();
    checkName(streamName);
    checkReadStream(options);
    const { from, direction = 'forwards', maxCount } = options;
    const isPastAll = from !== undefined && from > largestRevision;
    if (isPastAll && direction === 'forwards') return;
    const begin: Bound = from === undefined || isPastAll ? (direction === 'forwards' ? 'start' : 'end') : from;
    const range = { from: begin, direction, ...(maxCount === undefined ? {} : { maxCount }) };
    yield* readRange(this.#connection, streamName, range, this.#limits.giveUpAfterMs, this.#until(options.signal));
  }

  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    this.#checkOpen();
    options.signal?.throwIfAborted();
    checkReadAll(options);
    const read = options.direction === 'backwards' ? readBackwards : readForwards;
    yield* read(this.#connection, options, this.#limits.giveUpAfterMs, this.#until(options.signal));
  }

  async *subscribeToAll(options: SubscribeOptions): AsyncGenerator<SubscriptionMessage, void, undefined> {
    this.#checkOpen();
    checkSubscribe(options);
    yield* subscribe(this.#connection, options, this.#limits.signOfLifeMs, this.#until(options.signal));
  }

  /** Waits for the appends that are under way; a read that is not at its end throws `Closed`. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#closing.abort(closed());
    await Promise.allSettled(this.#appending);
    this.#connection.close();
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw closed();
  }

  /** Aborts when the caller's signal does, with its reason, or when the store closes. */
  #until(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
  }
}

/** @throws TypeError also for the one name that the server takes for none: that of the metadata of a stream without a name */
const checkName = (streamName: string): void => {
  checkStreamName(streamName);
  if (streamName === '$$') throw new TypeError('The stream name "$$" names no stream in EventStoreDB.');
};

const closed = (): Closed => new Closed('The EventStoreDB event store');
