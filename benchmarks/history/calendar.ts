/** The history's clock: whole seconds since its beginning; months count from 0. */
const beginning = Date.UTC(2017, 11, 1);
/** How many months the history lasts: ten years. */
export const months = 120;
/** The month in which today's salsa tree is reached; it stays so until the end. */
export const lastMonthOfTree = 107;

export const hour = 3_600;
export const day = 24 * hour;
export const year = 365.25 * day;

/** The second at which a month begins. */
export const monthStart = (month: number): number => (Date.UTC(2017, 11 + month, 1) - beginning) / 1_000;

/** The second at which the history ends. */
export const end = monthStart(months);

/** A second as the library's clock shows it. */
export const dateOf = (second: number): Date => new Date(beginning + second * 1_000);

/** A part of the history, in seconds; `to` is not in it. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

const interval = (from: number, to: number): Interval => ({ from: monthStart(from), to: monthStart(to) });

/** All of a month. */
export const monthInterval = (month: number): Interval => interval(month, month + 1);

/** The Debian suites whose indexes the data comes from, oldest first. */
export const suites = ['bullseye', 'bookworm', 'trixie', 'forky', 'sid', 'experimental'] as const;
export type Suite = (typeof suites)[number];

const last = interval(92, lastMonthOfTree);

/** When a path appeared that a suite is the first to name. */
export const appearedIn: Readonly<Record<Suite, Interval>> = {
  bullseye: interval(0, 44),
  bookworm: interval(44, 66),
  trixie: interval(66, 92),
  forky: last,
  sid: last,
  experimental: last,
};

/** When a path was left that a suite is the last to name. Testing follows unstable by weeks, so what only testing has was left in the last month. */
export const leftAfter: Readonly<Record<Suite, Interval>> = {
  bullseye: appearedIn.bookworm,
  bookworm: appearedIn.trixie,
  trixie: interval(92, lastMonthOfTree - 1),
  forky: interval(lastMonthOfTree - 1, lastMonthOfTree),
  sid: interval(lastMonthOfTree - 1, lastMonthOfTree),
  experimental: interval(lastMonthOfTree - 1, lastMonthOfTree),
};
