import { expect, it } from 'vitest';
import { chooseCast } from './cast.ts';

const treeOf = (...projects: readonly string[]) => ({ entries: [], groups: [], projects });

it('gives each part to another project', () => {
  const projects = Array.from({ length: 30 }, (_, index) => `${index % 3 === 0 ? 'small' : 'large'}/${index}`);
  const { customs, returning, team, target, follower, silent, mover } = chooseCast(treeOf(...projects));
  expect({ team, target }).toEqual({ team: 'large', target: 'small' });
  expect(new Set([...customs, follower, silent, mover]).size).toBe(customs.length + 3);
  expect(customs).toEqual(expect.arrayContaining([...returning]));
  expect(returning.length).toBeLessThan(customs.length);
});

it.each([[[]], [['a/1', 'b/1']], [['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']]])(
  'refuses the small tree %j',
  (projects) => {
    expect(() => chooseCast(treeOf(...projects))).toThrow('The tree is too small');
  },
);
