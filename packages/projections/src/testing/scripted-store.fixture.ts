import type {
  AppendResult,
  EventStore,
  ReadAllOptions,
  RecordedEvent,
  SubscribeOptions,
  SubscriptionMessage,
} from '@integration-settings/domain';

/** A store whose log and whose subscription say what a test tells them to, when it tells them. */
export class ScriptedStore implements EventStore {
  readonly log: RecordedEvent[] = [];
  /** Where each subscription began. */
  readonly subscribedAfter: bigint[] = [];
  /** How often the head was asked for. */
  headReads = 0;
  /** While set, reads wait for it, or for their signal. */
  hold: Promise<void> | undefined;
  readonly #script: (SubscriptionMessage | Error)[] = [];
  #wake: () => void = () => {};

  /** What the subscription says next; an error ends it with that. */
  say(...messages: readonly (SubscriptionMessage | Error)[]): void {
    this.#script.push(...messages);
    this.#wake();
  }

  /** Writes events to the log, and has the subscription hand them out. */
  publish(...events: readonly RecordedEvent[]): void {
    this.log.push(...events);
    this.say({ kind: 'events', events });
  }

  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    if (options.direction === 'backwards') this.headReads += 1;
    if (this.hold !== undefined) await Promise.race([this.hold, rejectionOf(options.signal)]);
    options.signal?.throwIfAborted();
    const events = this.log.filter(({ position }) => position > (options.after ?? -1n));
    if (options.direction === 'backwards') events.reverse();
    const page = events.slice(0, options.maxCount);
    if (page.length > 0) yield page;
  }

  async *subscribeToAll(options: SubscribeOptions): AsyncGenerator<SubscriptionMessage, void, undefined> {
    this.subscribedAfter.push(options.after);
    const { signal } = options;
    for (;;) {
      if (signal?.aborted === true) return;
      const next = this.#script.shift();
      if (next instanceof Error) throw next;
      if (next !== undefined) yield next;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          signal?.addEventListener('abort', () => resolve(), { once: true });
        });
      }
    }
  }

  appendToStream(): Promise<AppendResult> {
    throw new Error('Nothing is appended here.');
  }

  // eslint-disable-next-line require-yield
  async *readStream(): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    throw new Error('No stream is read here.');
  }

  async close(): Promise<void> {}
}

const rejectionOf = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
