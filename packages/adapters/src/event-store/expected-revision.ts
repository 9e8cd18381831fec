import type { CurrentRevision, ExpectedRevision } from '@integration-settings/domain';

/** Whether an append with this expectation may be written to a stream that stands at `current`. */
export const isAsExpected = (expected: ExpectedRevision, current: CurrentRevision): boolean =>
  expected === 'any' || (expected === 'stream_exists' ? current !== 'no_stream' : expected === current);

/**
 * The revision that a refused append would have begun at, had it been written before: where the stream holds its event
 * ids from there on, the append is a repeat and succeeds again. `undefined` where it cannot be one.
 *
 * Only exact expectations tell: with `any` and `stream_exists` an append is always written.
 */
export const repeatFrom = (expected: ExpectedRevision, current: CurrentRevision): bigint | undefined => {
  if (current === 'no_stream') return undefined;
  if (expected === 'no_stream') return 0n;
  return typeof expected === 'bigint' && expected < current ? expected + 1n : undefined;
};
