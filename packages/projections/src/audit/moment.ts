import { type EventStore, OutOfRange, streamPrefixOf } from '@integration-settings/domain';
import { eventsAnEntry, laterOf, timeOf } from '../effective-settings/time-index.ts';
import { readEvent } from '../effective-settings/read-event.ts';
import type { EffectiveSettingsView } from '../effective-settings/view.ts';
import type { Snapshots } from '../snapshots/snapshots.ts';
import type { StreamMemory } from './stream-memory.ts';

/** A position of the log, or a time. As text: a decimal position, or an ISO date-time with an offset or `Z`. */
export type Moment = Date | bigint | string;

/** The log and the live view of it: what answering for the past begins with. */
export interface Past {
  readonly eventStore: EventStore;
  /** Knows which streams there are, and where the log ends. */
  readonly view: EffectiveSettingsView;
  /** Kept between questions; absent: nothing is remembered. */
  readonly memory?: StreamMemory;
  /** Where folding the log may begin later than at its first event. */
  readonly snapshots?: Snapshots | undefined;
}

/** A moment in the form it was given in: a position, or milliseconds since 1970. */
export type ParsedMoment = { readonly position: bigint } | { readonly time: number };

const positionPattern = /^(-1|0|[1-9]\d{0,18})$/;
const timePattern = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** @throws OutOfRange for what is no moment */
export const parseMoment = (moment: Moment): ParsedMoment => {
  if (typeof moment === 'bigint') return { position: moment };
  if (moment instanceof Date) {
    const time = moment.getTime();
    if (!Number.isNaN(time)) return { time };
    throw new OutOfRange('The moment is an invalid date.');
  }
  if (typeof moment === 'string') {
    if (positionPattern.test(moment)) return { position: BigInt(moment) };
    const time = parseTime(moment);
    if (time !== undefined) return { time };
  }
  const found = typeof moment === 'string' ? JSON.stringify(moment.slice(0, 80)) : typeof moment;
  throw new OutOfRange(
    `The moment is ${found}; expected a Date, a position, or an ISO date-time with an offset such as 2026-01-31T12:00:00Z.`,
  );
};

/**
 * The position that a moment means: of a time, the last event of the namespace recorded by then, as a time says that never
 * runs back. The future is now.
 *
 * @throws OutOfRange for what is no moment, a position past the last event of the view or below -1, and a time before the first event
 */
export const positionOf = async (past: Past, moment: Moment, signal?: AbortSignal): Promise<bigint> => {
  const parsed = parseMoment(moment);
  const { view } = past;
  if ('position' in parsed) {
    const head = view.times.last.position;
    if (parsed.position >= -1n && parsed.position <= head) return parsed.position;
    throw new OutOfRange(`Position ${parsed.position} is not in the log; expected -1 to ${head}.`);
  }
  const { first, last } = view.times;
  if (first === undefined || parsed.time >= last.time) return view.position;
  if (parsed.time >= first) return lastBy(past, parsed.time, signal);
  const [asked, begins] = [parsed.time, first].map((time) => new Date(time).toISOString());
  throw new OutOfRange(`${asked} is before the first event, which was recorded at ${begins}.`);
};

/** Reads on from the entry before, up to the next one; there is an event by then. */
const lastBy = async ({ eventStore, view }: Past, asked: number, signal?: AbortSignal): Promise<bigint> => {
  let { position, time } = view.times.before(asked);
  let at = '';
  const range = {
    after: position,
    before: view.times.last.position + 1n,
    streamPrefix: streamPrefixOf(view.namespace),
    maxCount: eventsAnEntry,
  };
  for await (const events of eventStore.readAll(signal === undefined ? range : { ...range, signal })) {
    for (const event of events) {
      at = laterOf(at, readEvent(event).metadata.at);
      time = Math.max(time, timeOf(at));
      if (time > asked) return position;
      position = event.position;
    }
  }
  return position;
};

/** Milliseconds since 1970; `undefined` for a text that is no time, or of a day that no calendar has. */
const parseTime = (text: string): number | undefined => {
  const day = timePattern.exec(text)?.[1];
  if (day === undefined) return undefined;
  const midnight = new Date(`${day}T00:00:00Z`);
  const time = Date.parse(text);
  const isOfCalendar = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
  return isOfCalendar && !Number.isNaN(time) ? time : undefined;
};
