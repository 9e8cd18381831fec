/** How many events lie between two entries: as many are read at most to find a moment. */
export const eventsAnEntry = 64;

/** A time of the namespace that never runs back, as it stands after an event. */
export interface TimeMark {
  readonly position: bigint;
  /** In milliseconds since 1970; `-Infinity` where no event so far has a valid `at`. */
  readonly time: number;
}

/** The later of two times as events have them, which compare as texts; the first where the other is not valid, or not later. */
export const laterOf = (before: string, at: string): string => (at > before && isTime(at) ? at : before);

/** In milliseconds since 1970; of the empty text, which stands before all times, `-Infinity`. */
export const timeOf = (at: string): number => (at === '' ? -Infinity : Date.parse(at));

/** `YYYY-MM-DDTHH:mm:ss.sssZ`, of a day that the calendar has. By hand: a regular expression takes three times as long. */
const isTime = (at: string): boolean => {
  if (at.length !== frame.length) return false;
  for (let place = 0; place < frame.length; place += 1) {
    const [code, expected] = [at.charCodeAt(place), frame.charCodeAt(place)];
    if (expected === zero ? code < zero || code > nine : code !== expected) return false;
  }
  const [month, day] = [twoDigits(at, 5), twoDigits(at, 8)];
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  if (day > 28 && day > daysOf(month, Number(at.slice(0, 4)))) return false;
  return twoDigits(at, 11) < 24 && twoDigits(at, 14) < 60 && twoDigits(at, 17) < 60;
};

/** A digit stands where this has a 0. */
const frame = '0000-00-00T00:00:00.000Z';
const zero = 0x30;
const nine = 0x39;

const twoDigits = (text: string, from: number): number =>
  (text.charCodeAt(from) - zero) * 10 + text.charCodeAt(from + 1) - zero;

const daysOf = (month: number, year: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
};

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
  #at = '';
  #first: number | undefined;
  #events = 0;

  /** The last event noted; position -1 before the first. */
  get last(): TimeMark {
    return { position: this.#position, time: timeOf(this.#at) };
  }

  /** The time of the first event; `undefined` where there is none. */
  get first(): number | undefined {
    return this.#first;
  }

  /** Notes the next event of the namespace, whether or not it has an effect; one that was noted before is skipped. */
  note(position: bigint, at: string): void {
    if (position <= this.#position) return;
    this.#position = position;
    this.#at = laterOf(this.#at, at);
    this.#first ??= timeOf(this.#at);
    if (this.#events % eventsAnEntry === 0) this.#entries.push(this.last);
    this.#events += 1;
  }

  /** What is in it now: nothing that comes later reaches it. */
  freeze(): TimesImage {
    const entries = this.#entries;
    return { position: this.#position, at: this.#at, events: this.#events, entries: firstOf(entries, entries.length) };
  }

  /** Takes over what is in another one. To be asked of an empty one. */
  restore({ position, at, events, entries }: TimesImage): void {
    for (const entry of entries) this.#entries.push(entry);
    this.#first = this.#entries[0]?.time;
    [this.#position, this.#at, this.#events] = [position, at, events];
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
}

function* firstOf<T>(list: readonly T[], count: number): Generator<T> {
  for (let index = 0; index < count; index += 1) yield list[index]!;
}
