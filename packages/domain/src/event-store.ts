import type { EventToAppend, RecordedEvent } from './message.ts';

/** Where a stream must stand for an append to be accepted: at this revision, not there yet, there, or anywhere. */
export type ExpectedRevision = bigint | 'no_stream' | 'stream_exists' | 'any';

/** Where a stream stands. */
export type CurrentRevision = bigint | 'no_stream';

/** Where the last event of an append stands. */
export interface AppendResult {
  readonly revision: bigint;
  readonly position: bigint;
}

export interface AppendOptions {
  readonly expectedRevision: ExpectedRevision;
  readonly signal?: AbortSignal;
}

export interface ReadStreamOptions {
  /** Inclusive. Absent: the first event forwards, the last one backwards. */
  readonly from?: bigint;
  readonly direction?: 'forwards' | 'backwards';
  readonly maxCount?: number;
  readonly signal?: AbortSignal;
}

export interface ReadAllOptions {
  /** Exclusive, so that a checkpoint goes in as it is; `-1n` is the beginning. */
  readonly after?: bigint;
  /** Exclusive. */
  readonly before?: bigint;
  readonly direction?: 'forwards' | 'backwards';
  /** Only events of streams whose names begin with it. */
  readonly streamPrefix?: string;
  readonly maxCount?: number;
  readonly signal?: AbortSignal;
}

export interface SubscribeOptions {
  /** Exclusive; `-1n` is the beginning. */
  readonly after: bigint;
  readonly streamPrefix?: string;
  readonly signal?: AbortSignal;
}

/** What a subscription says. */
export type SubscriptionMessage =
  | { readonly kind: 'events'; readonly events: readonly RecordedEvent[] }
  /** Nothing of the prefix up to here. */
  | { readonly kind: 'checkpoint'; readonly position: bigint }
  /** All that was in the log when it was looked at has been handed out. May come often. */
  | { readonly kind: 'caught-up' }
  /** The connection is gone; the subscription is trying again by itself. */
  | { readonly kind: 'disconnected'; readonly reason: string };

/**
 * The event store port. Every store behaves as the contract suite of `@integration-settings/adapters/testing` says.
 *
 * An aborted `signal` makes a call throw the signal's reason. After `close` every call throws `Closed`.
 */
export interface EventStore {
  /**
   * Appends events to the end of a stream, all or none, durable when it resolves. What is asked for in one turn of the event
   * loop is written in the order in which it was asked for, whatever the streams, as long as the store takes each at its
   * first try: one that is refused does not hold up the others, and one that has to be repeated may come after them.
   *
   * @param events - at least one; their ids are UUIDs
   * @returns where the last event written stands
   * @throws ExpectedRevisionConflict, AppendOutcomeUnknown, StoreUnavailable
   */
  appendToStream(streamName: string, events: readonly EventToAppend[], options: AppendOptions): Promise<AppendResult>;
  /** Reads one stream in batches; a missing stream has none. */
  readStream(streamName: string, options?: ReadStreamOptions): AsyncIterable<readonly RecordedEvent[]>;
  /** Reads the log in batches, in its order, up to what is there. */
  readAll(options?: ReadAllOptions): AsyncIterable<readonly RecordedEvent[]>;
  /**
   * Follows the log; each event after `after` once and in order. Never ends by itself: it reconnects, and says so. Ends without
   * an error when the signal aborts or the store is closed.
   *
   * @throws OutOfRange for a position past the end of the log, which was another one then
   */
  subscribeToAll(options: SubscribeOptions): AsyncIterable<SubscriptionMessage>;
  /** Finishes what runs, then lets go of all it holds. Twice is once. */
  close(): Promise<void>;
}
