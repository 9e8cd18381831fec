import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderedNumbers } from './own-index.ts';

describe('ordered numbers', () => {
  it('behave as a sorted set', () => {
    const number = fc.nat(40);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), number)), number, (changes, after) => {
        const numbers = new OrderedNumbers();
        const model = new Set<number>();
        for (const [adds, value] of changes) {
          if (adds) {
            numbers.add(value);
            model.add(value);
          } else {
            numbers.delete(value);
            model.delete(value);
          }
        }
        const sorted = [...model].toSorted((one, other) => one - other);
        assert.deepStrictEqual([...numbers], sorted);
        assert.equal(numbers.size, sorted.length);
        assert.deepStrictEqual(
          [...numbers.after(after)],
          sorted.filter((value) => value > after),
        );
      }),
    );
  });

  it('stay in order over many chunks, however they come and go', () => {
    const numbers = new OrderedNumbers();
    const scattered = Array.from({ length: 5_000 }, (_, index) => (index * 2_741) % 5_000);
    for (const number of scattered) numbers.add(number);
    expect([...numbers]).toEqual(Array.from({ length: 5_000 }, (_, index) => index));
    for (const number of scattered) if (number % 3 !== 0) numbers.delete(number);
    expect([...numbers.after(4_000)]).toEqual(
      Array.from({ length: 5_000 }, (_, index) => index).filter((number) => number % 3 === 0 && number > 4_000),
    );
    for (const number of scattered) numbers.delete(number);
    expect([numbers.size, [...numbers]]).toEqual([0, []]);
  });
});
