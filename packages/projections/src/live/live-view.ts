import {
  Closed,
  type EventStore,
  frozenResult,
  type IntegrationSettingsError,
  isStoreCorrupted,
  isStoreNewer,
  type RecordedEvent,
  StoreUnavailable,
  streamPrefixOf,
  TimedOut,
} from '@integration-settings/domain';
import { BehaviorSubject, type Observable, Subject } from 'rxjs';
import type { Effect, EffectiveSettingsView } from '../effective-settings/view.ts';
import type { SettingsChange, Status } from '../read-model.ts';
import { announce } from './settings-change.ts';
import { PositionWaiters, type WaitOutcome } from './position-waiters.ts';
import { Watchers } from './watchers.ts';

/** What a live view needs beside the view itself. */
export interface LiveViewOptions {
  readonly view: EffectiveSettingsView;
  readonly eventStore: EventStore;
  readonly clock: () => Date;
  /** How long bringing the view to the head of the store may take. */
  readonly catchUpWithinMs: number;
  /** Told of each event that took effect, after the observers. */
  readonly onEffect?: (effect: Effect) => void;
}

const none: readonly Effect[] = [];

/** Keeps a view in step with the store: reads what is there, then follows it; waits for positions; tells observers. */
export class LiveView {
  readonly view: EffectiveSettingsView;
  readonly watchers: Watchers;
  readonly #options: LiveViewOptions;
  readonly #changes = new Subject<SettingsChange>();
  readonly #status: BehaviorSubject<Status>;
  readonly #stop = new AbortController();
  /** Wait until nothing is missing up to a position. */
  readonly #waiters = new PositionWaiters();
  /** Wait until a position was handed over. */
  readonly #deliveries = new PositionWaiters();
  /** Of the last event that was handed over, taken effect or waiting for the rest of its command. */
  #delivered: bigint;
  /** Nothing of ours up to here is missing. */
  #seen = -1n;
  #stopped: IntegrationSettingsError | undefined;
  #following: Promise<void> | undefined;
  #catchingUp: Promise<void> | undefined;
  #nextCatchUp: Promise<void> | undefined;

  constructor(options: LiveViewOptions) {
    this.#options = options;
    this.view = options.view;
    this.#delivered = options.view.last?.position ?? -1n;
    this.watchers = new Watchers(options.view);
    this.#status = new BehaviorSubject(this.#statusOf('catching-up', undefined));
  }

  /** One for each event, live. */
  get changes$(): Observable<SettingsChange> {
    return this.#changes.asObservable();
  }

  /** Current first. */
  get status$(): Observable<Status> {
    return this.#status.asObservable();
  }

  /** Why the view has stopped: an event that it does not know or that is broken. Reads go on as of the position before. */
  get stopped(): IntegrationSettingsError | undefined {
    return this.#stopped;
  }

  /** The position of the last event that was handed to the view, taken effect or waiting for the rest of its command. */
  get delivered(): bigint {
    return this.#delivered;
  }

  /** Puts a view of the same events in place of the one that was followed so far, and tells watchers what was wrong in that. */
  replaceWith(rebuilt: EffectiveSettingsView): void {
    this.view.adopt(rebuilt);
    this.watchers.lookAgain();
  }

  /** Reads the log from where the view is to its end, then begins to follow it. */
  async start(): Promise<void> {
    const { eventStore, view } = this.#options;
    const streamPrefix = streamPrefixOf(view.namespace);
    this.#seeDelivered();
    const range = { after: this.#delivered, streamPrefix, signal: this.#stop.signal };
    for await (const events of eventStore.readAll(range)) {
      this.#take(events);
      if (this.#stopped !== undefined) return;
    }
    this.#setStatus('live', undefined);
    this.#following = this.#follow(streamPrefix);
  }

  /** Resolves once the view has passed a position. @throws TimedOut, Closed, or the reason of an aborted signal */
  async waitFor(
    position: bigint,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
  ): Promise<void> {
    options.signal?.throwIfAborted();
    if (this.#seen >= position) return;
    const outcome = await this.#wait(this.#waiters, position, options.timeoutMs, options.signal);
    if (outcome === 'late') {
      throw new TimedOut(
        `The view did not reach position ${position} in ${options.timeoutMs} ms; it is at ${this.#seen}.`,
      );
    }
    if (outcome !== 'reached') throw outcome.error;
  }

  /** Waits until the view has passed a position, or it is late, or cannot come; never rejects. */
  pass(position: bigint, withinMs: number): Promise<WaitOutcome> {
    return this.#wait(this.#waiters, position, withinMs);
  }

  /**
   * Brings the view to where the head of the store was at some moment after the call. Calls at once share one look at it.
   *
   * @throws StoreUnavailable where that does not succeed in time, or what stopped the view
   */
  catchUp(): Promise<void> {
    this.#nextCatchUp ??= (this.#catchingUp ?? Promise.resolve()).then(
      () => this.#beginCatchUp(),
      () => this.#beginCatchUp(),
    );
    return this.#nextCatchUp;
  }

  /** Stops following and ends what observers and waiters wait for. */
  async close(): Promise<void> {
    this.#stop.abort(new Closed('The settings'));
    await this.#following;
    this.#endWaiting(new Closed('The settings'));
    this.watchers.close();
    this.#changes.complete();
    this.#status.complete();
  }

  #beginCatchUp(): Promise<void> {
    this.#nextCatchUp = undefined;
    this.#catchingUp = this.#reachHead();
    return this.#catchingUp;
  }

  async #reachHead(): Promise<void> {
    const { catchUpWithinMs } = this.#options;
    if (this.#stopped !== undefined) throw this.#stopped;
    const begun = performance.now();
    const head = await this.#readHead();
    if (this.#delivered >= head) return;
    const outcome = await this.#wait(this.#deliveries, head, begun + catchUpWithinMs - performance.now());
    if (outcome === 'late') {
      throw new StoreUnavailable(
        `The view is at position ${this.#delivered} and did not reach ${head}, the head of the store, in ${catchUpWithinMs} ms.`,
      );
    }
    if (outcome !== 'reached') throw outcome.error;
  }

  async #readHead(): Promise<bigint> {
    const { eventStore, view, catchUpWithinMs } = this.#options;
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new StoreUnavailable(`The store did not say where its head is in ${catchUpWithinMs} ms.`)),
      catchUpWithinMs,
    );
    const range = { direction: 'backwards', streamPrefix: streamPrefixOf(view.namespace), maxCount: 1 } as const;
    try {
      let head = -1n;
      for await (const [last] of eventStore.readAll({ ...range, signal: late.signal })) head = last?.position ?? head;
      return head;
    } finally {
      clearTimeout(timer);
    }
  }

  #endWaiting(error: unknown): void {
    this.#waiters.fail(error);
    this.#deliveries.fail(error);
  }

  #wait(waiters: PositionWaiters, position: bigint, withinMs: number, signal?: AbortSignal): Promise<WaitOutcome> {
    if (this.#stop.signal.aborted) return Promise.resolve({ error: new Closed('The settings') });
    if (this.#stopped !== undefined) return Promise.resolve({ error: this.#stopped });
    return waiters.wait(position, withinMs, signal);
  }

  async #follow(streamPrefix: string): Promise<void> {
    const { eventStore } = this.#options;
    const { signal } = this.#stop;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        for await (const message of eventStore.subscribeToAll({ after: this.#delivered, streamPrefix, signal })) {
          if (message.kind === 'events') this.#take(message.events);
          else if (message.kind === 'checkpoint') this.#see(message.position);
          else if (message.kind === 'disconnected') this.#setStatus('disconnected', message.reason);
          else this.#setStatus('live', undefined);
          if (this.#stopped !== undefined) return;
          failures = 0;
        }
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.#setStatus('disconnected', error instanceof Error ? error.message : String(error));
        await this.#pause(Math.min(5_000, 50 * 2 ** failures));
      }
    }
  }

  #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#stop;
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal.addEventListener('abort', end);
    });
  }

  #take(events: readonly RecordedEvent[]): void {
    if (this.#status.value.state === 'disconnected') this.#setStatus('catching-up', undefined);
    let effects = none;
    const observe = (effect: Effect): void => {
      effects = effects.length === 0 ? [effect] : effects.concat(effect); // hardly ever more
    };
    for (const event of events) {
      if (event.position <= this.#delivered) continue;
      effects = none;
      try {
        this.view.apply(event, observe);
      } catch (error) {
        if (!isStoreNewer(error) && !isStoreCorrupted(error)) throw error;
        this.#seeDelivered();
        this.#stopAt(error);
        return;
      }
      this.#delivered = event.position;
      if (effects.length > 0) this.#tell(effects);
    }
    this.#seeDelivered();
  }

  #seeDelivered(): void {
    this.#see(this.view.waiting === 0 ? this.#delivered : this.view.position);
  }

  #tell(effects: readonly Effect[]): void {
    if (this.#changes.observed) {
      for (const effect of effects) {
        const announcement = announce(this.view, effect);
        if (announcement === undefined) continue;
        this.#changes.next(announcement.change);
        announcement.end();
      }
    }
    this.watchers.notify(effects);
    const { onEffect } = this.#options;
    if (onEffect !== undefined) for (const effect of effects) onEffect(effect);
  }

  #see(position: bigint): void {
    if (position > this.#seen) this.#seen = position;
    this.#waiters.reached(this.#seen);
    this.#deliveries.reached(this.#delivered > this.#seen ? this.#delivered : this.#seen);
  }

  #stopAt(error: IntegrationSettingsError): void {
    this.#stopped = error;
    this.#setStatus('outdated', error.message);
    this.#endWaiting(error);
  }

  #setStatus(state: Status['state'], reason: string | undefined): void {
    if (this.#status.value.state !== state || this.#status.value.reason !== reason)
      this.#status.next(this.#statusOf(state, reason));
  }

  #statusOf(state: Status['state'], reason: string | undefined): Status {
    const position = this.view.position;
    return frozenResult({ state, since: this.#options.clock().toISOString(), reason, position });
  }
}
