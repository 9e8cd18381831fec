import type { ReadAllOptions } from '@integration-settings/domain';

/** Positions or revisions from `low` to `high`, both included; empty where `high` is smaller. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** A position or revision as a number. What no log reaches becomes the largest safe one. */
export const toNumber = (value: bigint): number =>
  value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);

/** What a read of the log covers, of a log whose last position is `head`. */
export const rangeOf = (options: Pick<ReadAllOptions, 'after' | 'before'>, head: number): Range => ({
  low: toNumber(options.after ?? -1n) + 1,
  high: options.before === undefined ? head : Math.min(toNumber(options.before) - 1, head),
});
