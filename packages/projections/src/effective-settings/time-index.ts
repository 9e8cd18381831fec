/** How many events lie between two entries: as many are read at most to find a moment. */
export const eventsAnEntry = 64;

/** A time of the namespace that never runs back, as it stands after an event. */
export interface TimeMark {
  readonly position: bigint;
  /** In milliseconds since 1970; `-Infinity` where no event so far has a valid `at`. */
  readonly time: number;
}

const beginning: TimeMark = { position: -1n, time: -Infinity };

/** The time after an event: its `at`, or the time before it where that is later or `at` is not valid. */
export const timeAfter = (before: number, at: string): number => {
  const time = Date.parse(at);
  return time > before && (everyMonthHas.test(at) || new Date(time).toISOString() === at) ? time : before;
};

/** A time, as events have it, of a day that every month has: writing it out again, to see that the calendar has it, takes longer than all the rest. */
const everyMonthHas = /^\d{4}-\d\d-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):\d\d:\d\d\.\d{3}Z$/;

/** When the events of a namespace were recorded, by a time that never runs back: one entry for many events. */
export class TimeIndex {
  readonly #entries: TimeMark[] = [];
  #last = beginning;
  #lastAt = '';
  #first: number | undefined;
  #events = 0;

  /** The last event noted; position -1 before the first. */
  get last(): TimeMark {
    return this.#last;
  }

  /** The time of the first event; `undefined` where there is none. */
  get first(): number | undefined {
    return this.#first;
  }

  /** Notes the next event of the namespace, whether or not it has an effect; one that was noted before is skipped. */
  note(position: bigint, at: string): void {
    if (position <= this.#last.position) return;
    const time = at === this.#lastAt ? this.#last.time : timeAfter(this.#last.time, at);
    this.#lastAt = at;
    this.#last = { position, time };
    this.#first ??= time;
    if (this.#events % eventsAnEntry === 0) this.#entries.push(this.#last);
    this.#events += 1;
  }

  /** The last entry at or before a time: the moment is its event, or one of the few after it. */
  before(time: number): TimeMark {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#entries[middle]!.time <= time) low = middle + 1;
      else high = middle;
    }
    return this.#entries[low - 1] ?? beginning;
  }
}
