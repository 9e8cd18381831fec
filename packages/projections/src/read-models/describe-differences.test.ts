import { describe, expect, it } from 'vitest';
import { describeDifferences } from './describe-differences.ts';

describe('the differences of two states', () => {
  it('are named by path, with both values', () => {
    expect(describeDifferences({ a: { b: [1, 2] }, c: 1 }, { a: { b: [1, 3] }, d: {} })).toEqual([
      '/a/b/1 was 2, is 3',
      '/c was 1, is absent',
      '/d was absent, is {}',
    ]);
  });

  it('are none where both say the same, whatever the order of names', () => {
    expect(describeDifferences({ a: 1, b: [null] }, { b: [null], a: 1 })).toEqual([]);
  });

  it('tell a list from an object, and a state from none', () => {
    expect(describeDifferences([], {})).toEqual(['the state was [], is {}']);
    expect(describeDifferences(undefined, {})).toEqual(['the state was absent, is {}']);
  });

  it('do not find what every object answers to', () => {
    expect(describeDifferences({}, JSON.parse('{"__proto__": 1, "constructor": 2}'))).toEqual([
      '/__proto__ was absent, is 1',
      '/constructor was absent, is 2',
    ]);
  });

  it('are named up to a hundred, long values cut short', () => {
    const many = Object.fromEntries(Array.from({ length: 103 }, (_, index) => [`n${index}`, 'x'.repeat(200)]));
    const found = describeDifferences({}, many);
    expect(found).toHaveLength(101);
    expect(found.at(-1)).toBe('and 3 more');
    expect(found[0]).toBe(`/n0 was absent, is "${'x'.repeat(79)}…`);
  });
});
