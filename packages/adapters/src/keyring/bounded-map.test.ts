import { describe, expect, it } from 'vitest';
import { BoundedMap } from './bounded-map.ts';

describe('bounded map', () => {
  it('forgets what was not used for longest, and no more than it must', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    expect(map.get('a')).toBe(1);
    map.set('c', 3);
    expect(['a', 'b', 'c'].map((key) => map.get(key))).toEqual([1, undefined, 3]);
    map.set('c', 4);
    expect(['a', 'c'].map((key) => map.get(key))).toEqual([1, 4]);
  });

  it('forgets what it is told to', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.delete('a');
    expect(map.get('a')).toBeUndefined();
    map.clear();
    expect(map.get('b')).toBeUndefined();
  });
});
