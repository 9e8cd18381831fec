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
import type { Logger } from './telemetry/telemetry.ts';

/** How often an append is tried whose outcome nobody knows. */
const maxAttempts = 5;

/** The events of one command, where they are to go. */
export interface Append {
  readonly commandId: string;
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
  /** What the view has met of the commands under way, by command id. */
  readonly #arriving = new Map<string, RecordedEvent[]>();

  constructor(live: LiveView, eventStore: EventStore, visibleWithinMs: number, logger: Logger) {
    this.#live = live;
    this.#eventStore = eventStore;
    this.#visibleWithinMs = visibleWithinMs;
    this.#logger = logger;
  }

  /** Notes an event that the view has applied. */
  noteEffect({ event }: Effect): void {
    this.#arriving.get(event.metadata.commandId)?.push(event.recorded);
  }

  /**
   * Appends, all or nothing. Once that has succeeded nothing fails any more.
   *
   * @throws ExpectedRevisionConflict, AppendOutcomeUnknown, or what else the store throws
   */
  async append(append: Append): Promise<Written> {
    const { commandId, streamName } = append;
    const arriving: RecordedEvent[] = [];
    this.#arriving.set(commandId, arriving);
    try {
      const appended = await this.#write(append);
      const { view } = this.#live;
      if (view.position < appended.position) await this.#live.pass(appended.position, this.#visibleWithinMs);
      const visible = view.position >= appended.position;
      const arrived = arriving.filter((event) => event.streamName === streamName);
      const recorded = arrived.length > 0 ? arrived : await this.#read(append, appended);
      return { recorded, isOurs: sameCommand(recorded[0], append.events[0]), visible };
    } finally {
      this.#arriving.delete(commandId);
    }
  }

  /** Where nobody knows whether an append was written, the same again: with the same ids at the same revision it is written once. */
  async #write(append: Append): Promise<AppendResult> {
    const { streamName, expectedRevision, events } = append;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#eventStore.appendToStream(streamName, events, { expectedRevision });
      } catch (error) {
        if (isAppendOutcomeUnknown(error) && attempt < maxAttempts) {
          this.#logger.warn(
            { err: error, commandId: append.commandId, attempt },
            'Nobody knows whether an append was written; it is tried again.',
          );
          continue;
        }
        const written =
          attempt > 1 && isExpectedRevisionConflict(error) ? await this.#writtenBefore(append) : undefined;
        if (written === undefined) throw error;
        return written;
      }
    }
  }

  /** After an unknown outcome a conflict may be with one's own write: what stands in the stream decides. */
  async #writtenBefore(append: Append): Promise<AppendResult | undefined> {
    const { streamName, expectedRevision } = append;
    const from = expectedRevision === 'no_stream' ? 0n : expectedRevision + 1n;
    return (await this.#ofCommand(streamName, from, append.commandId)).at(-1);
  }

  /** What the view has not shown is read; where that fails, the append has succeeded all the same. */
  async #read(append: Append, { revision, position }: AppendResult): Promise<readonly RecordedEvent[]> {
    const { streamName, commandId, events } = append;
    const first = revision - BigInt(events.length - 1);
    try {
      const recorded = await this.#ofCommand(streamName, first, commandId);
      if (recorded.length > 0) return recorded;
    } catch {
      // what was appended is known; only where its earlier events stand in the log is not
    }
    return events.map((event, index) => ({ ...event, streamName, revision: first + BigInt(index), position }));
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
