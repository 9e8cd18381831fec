import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandIdOf } from '../testing/log.fixture.ts';
import { CommandIndex } from './command-index.ts';

describe('the command index', () => {
  it('finds every position of a command id, in either case, and none of another', () => {
    const commandId = fc.oneof(fc.uuid(), fc.constantFrom('', 'no uuid', 'no uuid either'));
    fc.assert(
      fc.property(fc.uniqueArray(commandId, { minLength: 1 }), fc.uuid(), (ids, other) => {
        const index = new CommandIndex();
        for (const [position, id] of ids.entries()) index.add(id, BigInt(position));
        for (const [position, id] of ids.entries()) assert.deepStrictEqual(index.find(id), [BigInt(position)]);
        for (const id of ids.filter((text) => text.length === 36)) {
          assert.deepStrictEqual(index.find(id.toUpperCase()), index.find(id));
        }
        if (!ids.includes(other)) assert.deepStrictEqual(index.find(other), []);
      }),
    );
  });

  it('keeps the first position, and all positions of one id in order', () => {
    const index = new CommandIndex();
    for (const position of [0n, 5n, 9_007_199_254_740_993n]) index.add(commandIdOf(1), position);
    expect(index.find(commandIdOf(1))).toEqual([0n, 5n, 9_007_199_254_740_993n]);
  });

  it('grows', () => {
    const index = new CommandIndex();
    for (let count = 0; count < 50_000; count += 1) index.add(commandIdOf(count), BigInt(count));
    for (let count = 0; count < 50_000; count += 997) expect(index.find(commandIdOf(count))).toEqual([BigInt(count)]);
    expect(index.find(commandIdOf(50_000))).toEqual([]);
  });
});
