import {
  type AppendResult,
  type EventMetadata,
  type EventStore,
  type EventToAppend,
  isAppendOutcomeUnknown,
  isExpectedRevisionConflict,
  type RecordedEvent,
} from '@integration-settings/domain';
import type { Effect, LiveView } from '@integration-settings/projections';
import { MetEvents } from './met-events.ts';
import type { Key } from './serial-queue.ts';
import type { Logger } from './telemetry/telemetry.ts';

/** How often an append is tried whose outcome nobody knows. */
const maxAttempts = 5;

/** The events of one command, where they are to go. */
export interface Append {
  readonly commandId: string;
  /** Of the command id. */
  readonly key: Key;
  readonly streamName: string;
  readonly expectedRevision: bigint | 'no_stream';
  readonly events: readonly EventToAppend[];
}

/** What stands in the log after an append. */
export interface Written {
  readonly recorded: readonly RecordedEvent[];
  /** `false` where another process had written a command with this id there before: a store takes that for the same append. */
  readonly isOurs: boolean;
  /** Whether the view has it. */
  readonly visible: boolean;
}

/** Appends the events of commands and waits until the view has them. */
export class Appender {
  readonly #live: LiveView;
  readonly #eventStore: EventStore;
  readonly #visibleWithinMs: number;
  readonly #logger: Logger;
  readonly #met = new MetEvents();

  constructor(live: LiveView, eventStore: EventStore, visibleWithinMs: number, logger: Logger) {
    this.#live = live;
    this.#eventStore = eventStore;
    this.#visibleWithinMs = visibleWithinMs;
    this.#logger = logger;
  }

  /** Notes an event that the view has applied. */
  noteEffect({ event }: Effect): void {
    this.#met.add(event.recorded);
  }

  /**
   * Appends the events of one command, all or nothing. Once that has succeeded nothing fails any more.
   *
   * @throws ExpectedRevisionConflict, AppendOutcomeUnknown, or what else the store throws
   */
  async append(append: Append): Promise<Written> {
    const [outcome] = await this.appendTogether([append]);
    if (outcome!.status === 'rejected') throw outcome!.reason;
    return outcome!.value;
  }

  /**
   * Appends the events of commands, each all or nothing by itself, with one wait for all. Each is handed to the store as it
   * comes, in one turn. Never rejects.
   */
  async appendTogether(given: Iterable<Append>): Promise<readonly PromiseSettledResult<Written>[]> {
    const appends: Append[] = [];
    const writes: Promise<AppendResult>[] = [];
    for (const append of given) {
      appends.push(append);
      this.#met.expect(append.key);
      writes.push(this.#writeOnce(append));
    }
    const appended = await this.#written(appends, writes);
    let last = -1n;
    for (const outcome of appended) {
      if (outcome.status === 'fulfilled' && outcome.value.position > last) last = outcome.value.position;
    }
    if (this.#live.view.position < last) await this.#live.pass(last, this.#visibleWithinMs);
    const written: PromiseSettledResult<Written>[] = [];
    for (let index = 0; index < appends.length; index += 1) {
      const outcome = appended[index]!;
      if (outcome.status === 'rejected') written.push(outcome);
      else {
        const value =
          this.#asMet(appends[index]!, outcome.value) ?? (await this.#asRead(appends[index]!, outcome.value));
        written.push({ status: 'fulfilled', value });
      }
    }
    for (const { key } of appends) this.#met.forget(key);
    return written;
  }

  async #written(
    appends: readonly Append[],
    writes: readonly Promise<AppendResult>[],
  ): Promise<readonly PromiseSettledResult<AppendResult>[]> {
    const outcomes = await Promise.allSettled(writes);
    if (outcomes.every(({ status }) => status === 'fulfilled')) return outcomes;
    return Promise.allSettled(
      outcomes.map(async (outcome, index) =>
        outcome.status === 'fulfilled' ? outcome.value : this.#writeAgain(appends[index]!, outcome.reason),
      ),
    );
  }

  /** A store of somebody else may throw where it should reject. */
  #writeOnce({ streamName, expectedRevision, events }: Append): Promise<AppendResult> {
    try {
      return this.#eventStore.appendToStream(streamName, events, { expectedRevision });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Where the view has met what was appended, and it is ours. */
  #asMet({ streamName, events }: Append, { position }: AppendResult): Written | undefined {
    const recorded = this.#met.find(position, streamName, events.length);
    return recorded !== undefined && sameCommand(recorded[0], events[0])
      ? { recorded, isOurs: true, visible: true }
      : undefined;
  }

  /** Where nobody knows whether an append was written, the same again: with the same ids at the same revision it is written once. */
  async #writeAgain(append: Append, failure: unknown): Promise<AppendResult> {
    const { streamName, expectedRevision, events } = append;
    let error = failure;
    for (let attempt = 1; isAppendOutcomeUnknown(error) && attempt < maxAttempts; attempt += 1) {
      this.#logger.warn(
        { err: error, commandId: append.commandId, attempt },
        'Nobody knows whether an append was written; it is tried again.',
      );
      try {
        return await this.#eventStore.appendToStream(streamName, events, { expectedRevision });
      } catch (again) {
        error = again;
      }
    }
    const written =
      error !== failure && isExpectedRevisionConflict(error) ? await this.#writtenBefore(append) : undefined;
    if (written === undefined) throw error;
    return written;
  }

  /** After an unknown outcome a conflict may be with one's own write: what stands in the stream decides. */
  async #writtenBefore(append: Append): Promise<AppendResult | undefined> {
    const { streamName, expectedRevision } = append;
    const from = expectedRevision === 'no_stream' ? 0n : expectedRevision + 1n;
    return (await this.#ofCommand(streamName, from, append.commandId)).at(-1);
  }

  /** What the view has not met is read; where that fails, the append has succeeded all the same. */
  async #asRead(append: Append, { revision, position }: AppendResult): Promise<Written> {
    const { streamName, commandId, events } = append;
    const first = revision - BigInt(events.length - 1);
    const visible = this.#live.view.position >= position;
    try {
      const recorded = await this.#ofCommand(streamName, first, commandId);
      if (recorded.length > 0) return { recorded, isOurs: sameCommand(recorded[0], events[0]), visible };
    } catch {
      // what was appended is known; only where its earlier events stand in the log is not
    }
    const recorded = events.map((event, index) => ({
      ...event,
      streamName,
      revision: first + BigInt(index),
      position,
    }));
    return { recorded, isOurs: true, visible };
  }

  /** The events of one command in a stream, from a revision on. */
  async #ofCommand(streamName: string, from: bigint, commandId: string): Promise<readonly RecordedEvent[]> {
    const found: RecordedEvent[] = [];
    for await (const events of this.#eventStore.readStream(streamName, { from })) {
      for (const event of events) {
        if (metadataOf(event).commandId !== commandId) return found;
        found.push(event);
      }
    }
    return found;
  }
}

const metadataOf = (event: EventToAppend): Partial<EventMetadata> => event.metadata ?? {};

/** Whether two events come from one call: that they have the same command id is known. */
const sameCommand = (one: EventToAppend | undefined, other: EventToAppend | undefined): boolean => {
  if (one === undefined || other === undefined) return false;
  const [first, second] = [metadataOf(one), metadataOf(other)];
  return (
    first.at === second.at &&
    first.actor === second.actor &&
    first.commandHash === second.commandHash &&
    first.secretsMac === second.secretsMac
  );
};
