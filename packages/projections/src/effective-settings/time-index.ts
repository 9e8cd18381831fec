/** How many events lie between two entries: as many are read at most to find a moment. */
export const eventsAnEntry = 64;

/** A time of the namespace that never runs back, as it stands after an event. */
export interface TimeMark {
  readonly position: bigint;
  /** In milliseconds since 1970; `-Infinity` where no event so far has a valid `at`. */
  readonly time: number;
}

/** The later of two times as events have them, which compare as texts; the first where the other is not valid, or not later. */
export const laterOf = (before: string, at: string): string => latestOf(before, [at]);

/** The latest of some times and one before them. Only what may be the latest is looked at closely, which takes longest. */
const latestOf = (before: string, times: readonly string[]): string => {
  let latest = before;
  for (const at of times) if (at > latest) latest = at;
  if (latest === before || isTime(latest)) return latest;
  return latestOf(
    before,
    times.filter((at) => at !== latest),
  );
};

/** In milliseconds since 1970; of the empty text, which stands before all times, `-Infinity`. */
export const timeOf = (at: string): number => (at === '' ? -Infinity : Date.parse(at));

const isTime = (at: string): boolean =>
  form.test(at) && (!at.startsWith(leapDay, leapDayAt) || new Date(at).getUTCDate() === 29);

/** With the days of each month, so that the calendar is asked for one of them only: that takes longer than all the rest. */
const form =
  /^\d{4}-((0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31|02-29)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const leapDay = '02-29';
const leapDayAt = 5;

/** What is in a time index. */
export interface TimesImage {
  readonly position: bigint;
  /** The time then, as events have it; empty where none so far has a valid one. */
  readonly at: string;
  readonly events: number;
  readonly entries: Iterable<TimeMark>;
}

/** When the events of a namespace were recorded, by a time that never runs back: one entry for many events. */
export class TimeIndex {
  readonly #entries: TimeMark[] = [];
  #position = -1n;
  #events = 0;
  /** The latest time of the events that had been noted when it was last asked for; the newest ones are not in it yet. */
  #latest = '';
  /** Of the newest events, in no order. */
  readonly #newest = Array.from({ length: eventsAnEntry }, () => '');

  /** The last event noted; position -1 before the first. */
  get last(): TimeMark {
    return { position: this.#position, time: timeOf(this.#at()) };
  }

  /** The time of the first event; `undefined` where there is none. */
  get first(): number | undefined {
    return this.#entries[0]?.time;
  }

  /** Notes the next event of the namespace, whether or not it has an effect; one that was noted before is skipped. */
  note(position: bigint, at: string): void {
    if (position <= this.#position) return;
    this.#position = position;
    this.#newest[this.#events % eventsAnEntry] = at;
    if (this.#events % eventsAnEntry === 0) this.#entries.push(this.last);
    this.#events += 1;
  }

  /** What is in it now: nothing that comes later reaches it. */
  freeze(): TimesImage {
    const entries = this.#entries;
    return {
      position: this.#position,
      at: this.#at(),
      events: this.#events,
      entries: firstOf(entries, entries.length),
    };
  }

  /** Takes over what is in another one. To be asked of an empty one. */
  restore({ position, at, events, entries }: TimesImage): void {
    for (const entry of entries) this.#entries.push(entry);
    [this.#position, this.#latest, this.#events] = [position, at, events];
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
    return this.#entries[low - 1] ?? { position: -1n, time: -Infinity };
  }

  /** The time as it stands after the last event; empty where none so far has a valid one. */
  #at(): string {
    return (this.#latest = latestOf(this.#latest, this.#newest));
  }
}

function* firstOf<T>(list: readonly T[], count: number): Generator<T> {
  for (let index = 0; index < count; index += 1) yield list[index]!;
}
