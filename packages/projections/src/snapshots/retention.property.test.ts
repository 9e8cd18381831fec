import fc from 'fast-check';
import { expect, it } from 'vitest';
import { worthKeeping } from './retention.ts';

/** Where snapshots were written, one after the other, oldest first. */
const positions = fc
  .array(fc.bigInt({ min: 1n, max: 1_000n }), { minLength: 1, maxLength: 200 })
  .map((gaps) => gaps.reduce<bigint[]>((all, gap) => [...all, (all.at(-1) ?? 0n) + gap], []));

/** What is left after each of them was written and what is not worth keeping was deleted. */
const leftAfter = (written: readonly bigint[]): readonly bigint[] =>
  written.reduce<readonly bigint[]>(
    (kept, position) =>
      worthKeeping([{ position }, ...kept.map((one) => ({ position: one }))]).map((one) => one.position),
    [],
  );

it('keeps, for every moment, a snapshot no farther back from it than the newest one lies ahead, or than the one before it was', () => {
  fc.assert(
    fc.property(positions, (written) => {
      const kept = leftAfter(written);
      const [head] = kept;
      for (const moment of written
        .flatMap((position) => [position, position - 1n])
        .filter((one) => one >= written[0]!)) {
        const nearest = kept.find((position) => position <= moment)!;
        const best = written.findLast((position) => position <= moment)!;
        expect(moment - nearest <= head! - moment || nearest === best).toBe(true);
      }
    }),
  );
});

it('keeps no more than two for each doubling of the distance', () => {
  fc.assert(
    fc.property(positions, (written) => {
      const kept = leftAfter(written);
      const distance = Number(written.at(-1)! - written[0]!);
      expect(kept.length).toBeLessThanOrEqual(2 * Math.log2(Math.max(1, distance)) + 4);
    }),
  );
});

it('keeps the newest and the oldest, and has nothing more to give up when asked again', () => {
  fc.assert(
    fc.property(positions, (written) => {
      const all = written.toReversed().map((position) => ({ position }));
      const kept = worthKeeping(all);
      expect([kept[0], kept.at(-1)]).toEqual([all[0], all.at(-1)]);
      expect(worthKeeping(kept)).toEqual(kept);
    }),
  );
});

it('thins out snapshots at equal distances to doubling ones', () => {
  const all = Array.from({ length: 101 }, (_, index) => ({ position: BigInt(100 - index) * 10n }));
  expect(worthKeeping(all).map(({ position }) => (1_000n - position) / 10n)).toEqual([
    0n,
    1n,
    2n,
    4n,
    8n,
    16n,
    32n,
    64n,
    100n,
  ]);
});

it('keeps nothing of nothing', () => {
  expect(worthKeeping([])).toEqual([]);
});
