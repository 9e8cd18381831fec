import type {
  AppendResult,
  EventStore,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
  SubscriptionMessage,
} from '@integration-settings/domain';

/** Hands out a log that is there already, a few events at a time; knows what it was asked for. */
export class LogStore implements EventStore {
  readonly events: readonly RecordedEvent[];
  /** How many events were handed out. */
  read = 0;
  /** The streams read. */
  readonly streams: string[] = [];

  constructor(events: readonly RecordedEvent[]) {
    this.events = events;
  }

  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    const { after = -1n, before, direction, streamPrefix = '', signal } = options;
    const events = this.events.filter(
      ({ position, streamName }) =>
        position > after && (before === undefined || position < before) && streamName.startsWith(streamPrefix),
    );
    yield* this.#pages(direction === 'backwards' ? events.toReversed() : events, signal);
  }

  async *readStream(
    streamName: string,
    { from = 0n, maxCount, signal }: ReadStreamOptions = {},
  ): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    this.streams.push(streamName);
    yield* this.#pages(
      this.events.filter((event) => event.streamName === streamName && event.revision >= from).slice(0, maxCount),
      signal,
    );
  }

  appendToStream(): Promise<AppendResult> {
    throw new Error('Nothing is appended here.');
  }

  // eslint-disable-next-line require-yield
  async *subscribeToAll(): AsyncGenerator<SubscriptionMessage, void, undefined> {
    throw new Error('Nothing is followed here.');
  }

  async close(): Promise<void> {}

  *#pages(
    events: readonly RecordedEvent[],
    signal: AbortSignal | undefined,
  ): Generator<readonly RecordedEvent[], void, undefined> {
    for (let from = 0; from < events.length; from += 5) {
      signal?.throwIfAborted();
      const page = events.slice(from, from + 5);
      this.read += page.length;
      yield page;
    }
  }
}
