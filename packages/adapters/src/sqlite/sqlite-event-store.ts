import type { DatabaseSync } from 'node:sqlite';
import {
  Closed,
  StoreCorrupted,
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
import { encodeEvents } from '../event-store/encoded-event.ts';
import { follow, type FollowedLog } from '../event-store/follow.ts';
import { readPages } from '../event-store/pages.ts';
import { rangeOf, toNumber } from '../event-store/range.ts';
import { WakeUp } from '../event-store/wake-up.ts';
import { GroupCommit, type GroupCommitOptions } from './group-commit.ts';
import { LogReader } from './log-reader.ts';
import { isSchemaError, toStoreError } from './map-error.ts';
import { NewestEvents } from './newest-events.ts';
import { whenFree } from './when-free.ts';

/** How often a subscription looks for what other processes appended, in milliseconds; a look costs microseconds. */
const pollMs = 20;

/** An event store over an open database. Its own appends wake its subscriptions at once. */
export class SqliteEventStore implements EventStore {
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #busyTimeoutMs: number;
  readonly #reader: LogReader;
  readonly #writer: GroupCommit;
  /** One for each subscription. */
  readonly #newest = new Set<NewestEvents>();
  readonly #appended = new WakeUp();
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;

  private constructor(database: DatabaseSync, file: string, busyTimeoutMs: number) {
    this.#database = database;
    this.#file = file;
    this.#busyTimeoutMs = busyTimeoutMs;
    this.#reader = new LogReader(database, file);
    const committed: GroupCommitOptions['committed'] = (first, written) => {
      for (const newest of this.#newest) newest.replace(first, written);
      this.#appended.wake();
    };
    this.#writer = new GroupCommit({ database, file, busyTimeoutMs, committed });
  }

  /**
   * Takes over a database, which it closes in the end, or at once if it is refused.
   *
   * @throws StoreCorrupted where the tables are not those of its version
   */
  static over(database: DatabaseSync, file: string, busyTimeoutMs: number): SqliteEventStore {
    try {
      return new SqliteEventStore(database, file, busyTimeoutMs);
    } catch (error) {
      database.close();
      throw isSchemaError(error)
        ? new StoreCorrupted(`The store "${file}" does not have the tables of its version.`, { cause: error })
        : toStoreError(error, file);
    }
  }

  appendToStream(streamName: string, events: readonly EventToAppend[], options: AppendOptions): Promise<AppendResult> {
    try {
      this.#checkOpen();
      options.signal?.throwIfAborted();
      checkStreamName(streamName);
      checkExpectedRevision(options.expectedRevision);
      return this.#writer.append(streamName, encodeEvents(events), options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async *readStream(
    streamName: string,
    options: ReadStreamOptions = {},
  ): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    this.#checkOpen();
    options.signal?.throwIfAborted();
    checkStreamName(streamName);
    checkReadStream(options);
    const { direction = 'forwards' } = options;
    const stream = await this.#look(() => this.#reader.findStream(streamName));
    if (stream === undefined) return;
    const from = options.from === undefined ? undefined : toNumber(options.from);
    const [low, high] =
      direction === 'forwards' ? [from ?? 0, stream.last] : [0, Math.min(from ?? stream.last, stream.last)];
    const page = (cursor: number, limit: number) => {
      const rest = direction === 'forwards' ? { low: cursor, high } : { low, high: cursor };
      return this.#look(() => this.#reader.streamPage(streamName, stream.id, rest, direction, limit));
    };
    yield* readPages(direction === 'forwards' ? low : high, page, options);
  }

  readAll(options?: ReadAllOptions): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    return this.#readAll(options);
  }

  async *subscribeToAll(options: SubscribeOptions): AsyncGenerator<SubscriptionMessage, void, undefined> {
    this.#checkOpen();
    checkSubscribe(options);
    const newest = new NewestEvents();
    this.#newest.add(newest);
    try {
      yield* follow(this.#followedWith(newest), options, this.#closing.signal);
    } finally {
      this.#newest.delete(newest);
    }
  }

  /** Waits for the appends that are under way; a read that is not at its end throws `Closed` when asked for more. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  /** @param newest - what need not be looked up in the file */
  async *#readAll(
    options: ReadAllOptions = {},
    newest?: NewestEvents,
  ): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    this.#checkOpen();
    options.signal?.throwIfAborted();
    checkReadAll(options);
    const { direction = 'forwards', streamPrefix = '' } = options;
    const { low, high } = rangeOf(options, await this.#look(() => this.#reader.head()));
    const selection = await this.#look(() => this.#reader.select(streamPrefix));
    const page = (cursor: number, limit: number) => {
      const rest = direction === 'forwards' ? { low: cursor, high } : { low, high: cursor };
      return this.#look(
        () => newest?.page(rest, streamPrefix, limit) ?? this.#reader.logPage(selection, rest, direction, limit),
      );
    };
    if (low <= high) yield* readPages(direction === 'forwards' ? low : high, page, options);
  }

  #followedWith(newest: NewestEvents): FollowedLog {
    return {
      head: async () => BigInt(await this.#look(() => this.#reader.head())),
      read: (options) => this.#readAll(options, newest),
      changed: async (head, stopped) => {
        while (!stopped.aborted && this.#isAt(head)) await this.#appended.wait(stopped, pollMs);
      },
      retry: (stopped) => this.#appended.wait(stopped, pollMs),
    };
  }

  #isAt(head: bigint): boolean {
    try {
      return BigInt(this.#reader.head()) === head;
    } catch {
      return false; // what is wrong is for the next look to say
    }
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    await this.#writer.idle();
    this.#database.close();
  }

  /** One look at the database, once it is free. */
  async #look<T>(read: () => T): Promise<T> {
    try {
      return await whenFree(() => {
        this.#checkOpen();
        return read();
      }, this.#busyTimeoutMs);
    } catch (error) {
      throw toStoreError(error, this.#file);
    }
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw new Closed(`The event store "${this.#file}"`);
  }
}
