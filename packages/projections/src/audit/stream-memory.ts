import type { EventStore, RecordedEvent } from '@integration-settings/domain';

/** How many events are remembered, in all streams together. */
const mostEvents = 10_000;
/** A longer stream is not remembered. */
const longest = 1_000;

interface Remembered {
  readonly events: readonly RecordedEvent[];
  /** How many events were read to know them: never none. */
  readonly weight: number;
}

/** Remembers streams between questions about the past: many scopes lie below the same few, and the log never changes. */
export class StreamMemory {
  readonly #streams = new Map<string, Remembered>();
  #weight = 0;

  /**
   * The events of a stream up to a position, in order.
   *
   * @param revision - of its last event, as far as anybody knows
   */
  async read(
    eventStore: EventStore,
    streamName: string,
    revision: bigint,
    upTo: bigint,
  ): Promise<readonly RecordedEvent[]> {
    const known = this.#streams.get(streamName);
    if (known !== undefined && (known.events.at(-1)?.revision ?? -1n) >= revision) {
      this.#streams.delete(streamName);
      this.#streams.set(streamName, known); // asked for last
      return upToPosition(known.events, upTo);
    }
    const isShort = revision < longest;
    const events: RecordedEvent[] = [];
    reading: for await (const batch of eventStore.readStream(streamName)) {
      for (const event of batch) {
        if (!isShort && event.position > upTo) break reading;
        events.push(event);
      }
    }
    if (isShort) this.#remember(streamName, events);
    return upToPosition(events, upTo);
  }

  #remember(streamName: string, events: readonly RecordedEvent[]): void {
    this.#forget(streamName);
    const weight = Math.max(1, events.length);
    this.#streams.set(streamName, { events, weight });
    this.#weight += weight;
    for (const oldest of this.#streams.keys()) {
      if (this.#weight <= mostEvents) break;
      this.#forget(oldest);
    }
  }

  #forget(streamName: string): void {
    this.#weight -= this.#streams.get(streamName)?.weight ?? 0;
    this.#streams.delete(streamName);
  }
}

const upToPosition = (events: readonly RecordedEvent[], upTo: bigint): readonly RecordedEvent[] => {
  const last = events.at(-1);
  return last === undefined || last.position <= upTo ? events : events.filter(({ position }) => position <= upTo);
};
