import type { RecordedEvent } from '@integration-settings/domain';
import type { ClientEvent, ClientStream, SubscriptionListener } from './client.ts';
import { Silent } from './failure.ts';
import { toRecordedEvent } from './recorded-event.ts';

/** What a read or a subscription gives, in its order. */
export type Heard =
  | { readonly kind: 'events'; readonly events: readonly RecordedEvent[] }
  | { readonly kind: 'checkpoint'; readonly position: bigint }
  | { readonly kind: 'caught-up' };

const maxBatch = 512;

/**
 * Turns a stream of the client into batches.
 *
 * The client tells checkpoints and caught-up as soon as it hears them, while events before them may still wait to be
 * read: each is put where it belongs.
 */
export class EventSource {
  readonly #stream: ClientStream;
  readonly #marks: { readonly after: number; readonly heard: Heard }[] = [];
  #eventsRead = 0;
  #failure: unknown;
  #ended = false;
  #confirmed = false;
  #wake: () => void = () => undefined;

  constructor(start: (listener: SubscriptionListener) => ClientStream) {
    this.#stream = start({
      confirmed: () => {
        this.#confirmed = true;
      },
      checkpoint: (position) => this.#mark({ kind: 'checkpoint', position }),
      caughtUp: () => this.#mark({ kind: 'caught-up' }),
    });
    this.#stream.events
      .on('readable', () => this.#wake())
      .on('end', () => this.#end(undefined))
      .on('close', () => this.#end(undefined))
      .on('error', (error) => this.#end(error));
  }

  /** Whether the server has begun to serve the subscription. */
  get wasConfirmed(): boolean {
    return this.#confirmed;
  }

  /**
   * What there is, waiting until there is something.
   *
   * @returns `undefined` at the end, which is also where a call ends that was cancelled
   * @throws Silent where nothing came in time, the client's error, and the reason of an aborted signal
   */
  async next(withinMs: number, signal?: AbortSignal): Promise<readonly Heard[] | undefined> {
    for (;;) {
      signal?.throwIfAborted();
      const heard = this.#drain();
      if (heard.length > 0) return heard;
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#ended) return undefined;
      await this.#somethingNew(withinMs, signal);
    }
  }

  /** Ends the call on the server. */
  stop(): void {
    this.#stream.cancel();
  }

  #drain(): readonly Heard[] {
    const heard: Heard[] = [];
    let events: RecordedEvent[] = [];
    const flush = (): void => {
      if (events.length > 0) heard.push({ kind: 'events', events });
      events = [];
    };
    for (let count = 0; count < maxBatch;) {
      const mark = this.#marks[0];
      if (mark !== undefined && mark.after <= this.#eventsRead) {
        flush();
        if (mark.heard.kind === 'checkpoint' && heard.at(-1)?.kind === 'checkpoint') heard.pop();
        heard.push(mark.heard);
        this.#marks.shift();
        continue;
      }
      const event = this.#stream.events.read() as ClientEvent | null;
      if (event === null) break;
      this.#eventsRead += 1;
      count += 1;
      events.push(toRecordedEvent(event));
    }
    flush();
    return heard;
  }

  #mark(heard: Heard): void {
    this.#marks.push({ after: this.#eventsRead + this.#stream.events.readableLength, heard });
    this.#wake();
  }

  #end(failure: unknown): void {
    this.#failure ??= failure;
    this.#ended = true;
    this.#wake();
  }

  async #somethingNew(withinMs: number, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Silent(withinMs)), withinMs);
    const wake = (): void => resolve();
    this.#wake = wake;
    signal?.addEventListener('abort', wake, { once: true });
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
    }
  }
}
