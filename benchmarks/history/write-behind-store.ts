import type {
  AppendOptions,
  AppendResult,
  EventStore,
  EventToAppend,
  RecordedEvent,
} from '@integration-settings/domain';

/** How many appends are handed over together. */
const most = 1_000;

/**
 * A store that answers an append before it is written: for the one who fills an empty store and begins anew if that fails.
 * What another store takes a moment for each time it is given a thousand of at once; whoever reads waits until it has all.
 *
 * A thing that goes wrong with an append is thrown by a later one, or by `close`. Only one follows it, from the beginning.
 */
export class WriteBehindStore implements EventStore {
  readonly #store: EventStore;
  #waiting: (() => Promise<AppendResult>)[] = [];
  #last: AppendResult = { revision: -1n, position: -1n };
  #news: RecordedEvent[] = [];
  #wake: () => void = () => undefined;

  /** @param store - an empty one, whose positions count from 0 without gaps */
  constructor(store: EventStore) {
    this.#store = store;
  }

  async appendToStream(
    streamName: string,
    events: readonly EventToAppend[],
    options: AppendOptions,
  ): Promise<AppendResult> {
    const { expectedRevision } = options;
    if (expectedRevision === 'any' || expectedRevision === 'stream_exists') {
      throw new TypeError(`The expected revision is "${expectedRevision}"; only who knows it can be answered at once.`);
    }
    if (this.#waiting.length >= most) await this.#write();
    let { position } = this.#last;
    let revision = expectedRevision === 'no_stream' ? -1n : expectedRevision;
    for (const event of events) {
      position += 1n;
      revision += 1n;
      this.#news.push({ ...event, streamName, revision, position });
    }
    this.#last = { revision, position };
    this.#waiting.push(() => this.#store.appendToStream(streamName, events, options));
    this.#wake();
    return this.#last;
  }

  async *readStream(...given: Parameters<EventStore['readStream']>): AsyncGenerator<readonly RecordedEvent[]> {
    await this.#write();
    yield* this.#store.readStream(...given);
  }

  async *readAll(...given: Parameters<EventStore['readAll']>): AsyncGenerator<readonly RecordedEvent[]> {
    await this.#write();
    yield* this.#store.readAll(...given);
  }

  async *subscribeToAll({ signal }: Parameters<EventStore['subscribeToAll']>[0]): AsyncGenerator<{
    readonly kind: 'events';
    readonly events: readonly RecordedEvent[];
  }> {
    const isStopped = (): boolean => signal?.aborted === true;
    signal?.addEventListener('abort', () => this.#wake(), { once: true });
    while (!isStopped()) {
      const { promise: woken, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      if (this.#news.length === 0) await woken;
      const events = this.#news;
      this.#news = [];
      if (events.length > 0) yield { kind: 'events', events };
    }
  }

  async close(): Promise<void> {
    try {
      await this.#write();
    } finally {
      await this.#store.close();
    }
  }

  async #write(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    const results = await Promise.all(waiting.map((append) => append()));
    const last = results.at(-1);
    if (last !== undefined && last.position !== this.#last.position) {
      throw new RangeError(`The last append came to position ${last.position}, not ${this.#last.position}.`);
    }
  }
}
