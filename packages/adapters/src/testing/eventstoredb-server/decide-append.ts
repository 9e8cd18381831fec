/** What an append expects of its stream. */
export type Expected = bigint | 'no_stream' | 'stream_exists' | 'any';

/** What an append comes to. `write` is the only one that changes the log. */
export type AppendDecision =
  | { readonly kind: 'write' }
  /** Written before. Nothing is written again; `last` is the revision of what is taken for the append's last event. */
  | { readonly kind: 'idempotent'; readonly last: bigint }
  | { readonly kind: 'wrong-expected-version' }
  | { readonly kind: 'deleted' };

/** What the decision needs to know of the stream; revisions count from `0n`, `-1n` where there never was an event. */
export interface StreamFacts {
  readonly last: bigint;
  readonly softDeleted: boolean;
  readonly tombstoned: boolean;
  readonly idAt: (revision: bigint) => string | undefined;
  /** From the memory of recent ids: where this id was first written, if that was in this stream. */
  readonly recentRevision: (id: string) => bigint | undefined;
}

/**
 * The server's rule for expected revisions and repeated event ids, as a 24.10 node answers (transcripts, groups 2 and 3).
 *
 * `any` and `stream_exists` know only the ids in memory; an exact revision below the present one is compared with the
 * stream itself; an exact revision that is the present one always writes.
 */
export const decideAppend = (stream: StreamFacts, expected: Expected, ids: readonly string[]): AppendDecision => {
  if (stream.tombstoned) return { kind: 'deleted' };
  if (expected === 'any' || expected === 'stream_exists') {
    if (expected === 'stream_exists') {
      if (stream.last === -1n) return { kind: 'wrong-expected-version' };
      if (stream.softDeleted) return { kind: 'deleted' };
    }
    return decideByMemory(stream, ids);
  }
  const revision = expected === 'no_stream' ? -1n : expected;
  if (revision > stream.last) return { kind: 'wrong-expected-version' };
  if (revision === stream.last) return { kind: 'write' };
  const matching = ids.findIndex((id, index) => stream.idAt(revision + 1n + BigInt(index)) !== id);
  if (ids.length > 0 && matching === -1) return { kind: 'idempotent', last: revision + BigInt(ids.length) };
  const startsAnew = expected === 'no_stream' && stream.softDeleted && matching === 0;
  return startsAnew ? { kind: 'write' } : { kind: 'wrong-expected-version' };
};

const decideByMemory = (stream: StreamFacts, ids: readonly string[]): AppendDecision => {
  const known = ids.map((id) => stream.recentRevision(id));
  if (known[0] === undefined) return { kind: 'write' };
  const last = known.at(-1);
  return last === undefined || known.includes(undefined)
    ? { kind: 'wrong-expected-version' }
    : { kind: 'idempotent', last };
};
