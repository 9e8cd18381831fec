import type { RecordedEvent } from '@integration-settings/domain';
import type { EncodedEvent } from '../event-store/encoded-event.ts';
import type { Page } from '../event-store/pages.ts';
import type { Range } from '../event-store/range.ts';

/** An event where it stands in its stream. */
export interface WrittenEvent {
  readonly streamName: string;
  /** Its stream's number. */
  readonly stream: number;
  readonly revision: number;
  readonly event: EncodedEvent;
}

/** Most events that are kept, and about the most text: all of a usual transaction. */
const most = 2_000;
const mostText = 4 * 1024 * 1024;

/**
 * The events that this process wrote in its last transaction, for one subscription, which is given them without a look at the
 * file: that would take longer than anything else about it. As events never change, what is here stays true. What was given is
 * let go: texts that lived on until the next transaction would be copied by the collector, all of them.
 */
export class NewestEvents {
  #first = 0;
  #events: readonly WrittenEvent[] = [];

  /** To be called once they are durable, with all that one transaction wrote, in the order of the log. */
  replace(first: number, events: readonly WrittenEvent[]): void {
    this.#first = first;
    let kept = 0;
    for (let text = 0; kept < events.length && kept < most && text < mostText; kept += 1) {
      const { data, metadata } = events[kept]!.event;
      text += data.length + metadata.length;
    }
    this.#events = kept < events.length ? events.slice(0, kept) : events;
  }

  /** What is here of a range, from its first position on, as a page of it; `undefined` where that is not here, or was given before. */
  page({ low, high }: Range, prefix: string, limit: number): Page | undefined {
    const begin = low - this.#first;
    const end = Math.min(begin + limit, high - this.#first + 1, this.#events.length);
    if (begin < 0 || begin >= end) return undefined;
    const events: RecordedEvent[] = [];
    for (let at = begin; at < end; at += 1) {
      const { streamName, revision, event } = this.#events[at]!;
      if (streamName.startsWith(prefix)) events.push(recorded(streamName, revision, this.#first + at, event));
    }
    if (end === this.#events.length) this.#events = [];
    const next = this.#first + end;
    return { events, next: next > high ? undefined : next };
  }
}

const recorded = (
  streamName: string,
  revision: number,
  position: number,
  { id, type, data, metadata }: EncodedEvent,
): RecordedEvent => ({
  id,
  type,
  data: JSON.parse(data) as unknown,
  metadata: JSON.parse(metadata) as unknown,
  streamName,
  revision: BigInt(revision),
  position: BigInt(position),
});
