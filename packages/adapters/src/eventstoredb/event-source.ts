import { setImmediate as turn } from 'node:timers/promises';
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
  #wake: () => void = ignore;
  #timer: NodeJS.Timeout | undefined;
  #onTimeout: () => void = ignore;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => {
    this.stop(); // now, for nobody may come to read on
    this.#wake();
  };

  constructor(start: (listener: SubscriptionListener) => ClientStream, signal?: AbortSignal) {
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort);
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
   * What there is, waiting until there is something, and then for what comes in the same turn of the event loop: the
   * client hands over one event at a time.
   *
   * @returns `undefined` at the end, which is also where a call ends that was cancelled
   * @throws Silent where nothing came in time, the client's error, and the reason of an aborted signal
   */
  async next(withinMs: number): Promise<readonly Heard[] | undefined> {
    for (;;) {
      this.#signal?.throwIfAborted();
      await turn();
      const heard = this.#drain();
      if (heard.length > 0) return heard;
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#ended) return undefined;
      await this.#somethingNew(withinMs);
    }
  }

  /** Ends the call on the server. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
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

  /**
   * Most waits are short: one timer serves them all. What came while the process was busy is looked at before it is told
   * that nothing did.
   */
  async #somethingNew(withinMs: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#wake = resolve;
    this.#onTimeout = () => reject(new Silent(withinMs));
    if (this.#timer === undefined) this.#timer = setTimeout(() => setImmediate(() => this.#onTimeout()), withinMs);
    else this.#timer.refresh();
    await promise;
    this.#wake = ignore;
    this.#onTimeout = ignore;
  }
}

const ignore = (): void => undefined;
