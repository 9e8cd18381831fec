import {
  Closed,
  ExpectedRevisionConflict,
  type AppendOptions,
  type AppendResult,
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
import { encodeEvents, type EncodedEvent } from '../event-store/encoded-event.ts';
import { isAsExpected, repeatFrom } from '../event-store/expected-revision.ts';
import { follow, type FollowedLog } from '../event-store/follow.ts';
import { readPages, type Page } from '../event-store/pages.ts';
import { rangeOf, toNumber, type Range } from '../event-store/range.ts';
import { WakeUp } from '../event-store/wake-up.ts';
import { deepFreeze } from './deep-freeze.ts';

/** Most events that one page looks at, so that a prefix that hardly anything has does not hold up the process. */
const scanSize = 10_000;

/**
 * Opens an empty event store that keeps everything in memory: for tests, for trying out, and the model that other stores
 * are compared with. What it stores is a frozen copy, as a store on disk would give it back.
 *
 * Nothing outlives it; `close` forgets all.
 */
export const openMemoryEventStore = (): EventStore => new MemoryEventStore();

class MemoryEventStore implements EventStore {
  /** The position of an event is its index. */
  #log: RecordedEvent[] = [];
  #streams = new Map<string, RecordedEvent[]>();
  readonly #appended = new WakeUp();
  readonly #closing = new AbortController();
  readonly #followed: FollowedLog = {
    head: async () => this.#head(),
    read: (options) => this.readAll(options),
    changed: async (head, stopped) => {
      if (this.#head() === head) await this.#appended.wait(stopped);
    },
    retry: (stopped) => this.#appended.wait(stopped),
  };

  async appendToStream(
    streamName: string,
    events: readonly EventToAppend[],
    options: AppendOptions,
  ): Promise<AppendResult> {
    this.#checkOpen();
    options.signal?.throwIfAborted();
    checkStreamName(streamName);
    checkExpectedRevision(options.expectedRevision);
    const encoded = encodeEvents(events);
    const stream = this.#streams.get(streamName) ?? [];
    const current = stream.at(-1)?.revision ?? 'no_stream';
    if (!isAsExpected(options.expectedRevision, current)) {
      const from = repeatFrom(options.expectedRevision, current);
      const repeated = from === undefined ? undefined : lastOfRepeat(stream, Number(from), encoded);
      if (repeated !== undefined) return { revision: repeated.revision, position: repeated.position };
      throw new ExpectedRevisionConflict(streamName, options.expectedRevision, current);
    }
    const recorded = encoded.map((event, index) =>
      this.#record(streamName, stream.length + index, this.#log.length + index, event),
    );
    this.#streams.set(streamName, stream);
    stream.push(...recorded);
    this.#log.push(...recorded);
    this.#appended.wake();
    return { revision: BigInt(stream.length - 1), position: BigInt(this.#log.length - 1) };
  }

  async *readStream(
    streamName: string,
    options: ReadStreamOptions = {},
  ): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    this.#checkOpen();
    options.signal?.throwIfAborted();
    checkStreamName(streamName);
    checkReadStream(options);
    const stream = this.#streams.get(streamName) ?? [];
    const last = stream.length - 1;
    const from = options.from === undefined ? undefined : toNumber(options.from);
    yield* options.direction === 'backwards'
      ? this.#read(stream, { low: 0, high: Math.min(from ?? last, last) }, options)
      : this.#read(stream, { low: from ?? 0, high: last }, options);
  }

  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    this.#checkOpen();
    options.signal?.throwIfAborted();
    checkReadAll(options);
    yield* this.#read(this.#log, rangeOf(options, this.#log.length - 1), options);
  }

  async *subscribeToAll(options: SubscribeOptions): AsyncGenerator<SubscriptionMessage, void, undefined> {
    this.#checkOpen();
    checkSubscribe(options);
    yield* follow(this.#followed, options, this.#closing.signal);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#log = [];
    this.#streams.clear();
  }

  #record(streamName: string, revision: number, position: number, event: EncodedEvent): RecordedEvent {
    return deepFreeze({
      id: event.id,
      type: event.type,
      data: JSON.parse(event.data) as unknown,
      metadata: JSON.parse(event.metadata) as unknown,
      streamName,
      revision: BigInt(revision),
      position: BigInt(position),
    });
  }

  #read(
    events: readonly RecordedEvent[],
    { low, high }: Range,
    { direction, streamPrefix = '', ...options }: ReadAllOptions,
  ): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    const step = direction === 'backwards' ? -1 : 1;
    const page = (cursor: number, limit: number): Page => {
      this.#checkOpen();
      const found: RecordedEvent[] = [];
      let index = cursor;
      for (
        let seen = 0;
        seen < scanSize && found.length < limit && index >= low && index <= high;
        seen += 1, index += step
      ) {
        const event = events[index];
        if (event?.streamName.startsWith(streamPrefix) === true) found.push(event);
      }
      return { events: found, next: index >= low && index <= high ? index : undefined };
    };
    return readPages(step === 1 ? low : high, page, options);
  }

  #head(): bigint {
    return BigInt(this.#log.length - 1);
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw new Closed('The memory event store');
  }
}

/** The last event of an append that the stream holds from a revision on; `undefined` where it holds others there. */
const lastOfRepeat = (
  stream: readonly RecordedEvent[],
  from: number,
  events: readonly EncodedEvent[],
): RecordedEvent | undefined =>
  events.every((event, index) => stream[from + index]?.id === event.id) ? stream[from + events.length - 1] : undefined;
