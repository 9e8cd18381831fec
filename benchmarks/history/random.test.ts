import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';

describe('random numbers', () => {
  it('are the same for the same seed, and others for another', () => {
    const some = (seed: string) =>
      Array.from(
        { length: 20 },
        (
          (random) => () =>
            random.next()
        )(new Random(seed)),
      );
    expect(some('one')).toEqual(some('one'));
    expect(some('one')).not.toEqual(some('other'));
  });

  it('stay below their limit', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 2 ** 31 }), (seed, limit) => {
        const number = new Random(seed).below(limit);
        expect(Number.isInteger(number) && number >= 0 && number < limit).toBe(true);
      }),
    );
  });

  it('shuffle a list without loss', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (seed, list) => {
        expect(new Random(seed).shuffled(list).toSorted()).toEqual(list.toSorted());
      }),
    );
  });

  it('are around their mean', () => {
    const random = new Random('mean');
    const sum = Array.from({ length: 10_000 }, () => random.around(1.3)).reduce((one, other) => one + other, 0);
    expect(sum / 10_000).toBeCloseTo(1.3, 1);
  });
});
