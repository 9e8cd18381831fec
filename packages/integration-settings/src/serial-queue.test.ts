import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { keyOf, SerialQueue } from './serial-queue.ts';

const settled = async (): Promise<void> => {
  for (let microtask = 0; microtask < 10; microtask += 1) await Promise.resolve();
};

it('gives texts keys that hardly ever fall together, and one text the same', () => {
  const texts = Array.from({ length: 20_000 }, (_, index) => [randomUUID(), `settings.project-${index}`]).flat();
  expect(new Set(texts.map(keyOf)).size).toBeGreaterThan(texts.length - 20);
  expect(texts.map(keyOf)).toEqual(texts.map(keyOf));
});

it('runs what is for one key in the order it was asked for, whatever becomes of it, and other work beside it', async () => {
  const queue = new SerialQueue();
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const run = (name: string, keys: readonly string[]): Promise<void> =>
    queue.run(keys.map(keyOf), () => {
      begun.push(name);
      return new Promise<void>((resolve, reject) =>
        ends.push(name === 'first' ? () => reject(new Error(name)) : resolve),
      );
    });
  const first = run('first', ['a', 'b']);
  const others = [run('second', ['b']), run('third', ['c']), run('fourth', ['c', 'b'])];
  expect(begun).toEqual(['first', 'third']);
  ends[0]!();
  await expect(first).rejects.toThrow('first');
  await settled();
  expect(begun).toEqual(['first', 'third', 'second']);
  ends[1]!();
  await settled();
  expect(begun).toHaveLength(3);
  ends[2]!();
  await settled();
  expect(begun).toEqual(['first', 'third', 'second', 'fourth']);
  ends[3]!();
  await Promise.all(others);
  expect(queue.areFree(keyOf('a'), keyOf('b')) && queue.areFree(keyOf('c'), keyOf('d'))).toBe(true);
});

it('lets work wait for what was begun elsewhere, also for keys that came after', async () => {
  const queue = new SerialQueue();
  const [a, b, c] = [keyOf('a'), keyOf('b'), keyOf('c')];
  const held = new Set([a]);
  const free = queue.hold(held);
  held.add(b);
  expect([queue.areFree(a, c), queue.areFree(c, b), queue.areFree(c, c)]).toEqual([false, false, true]);
  const begun: string[] = [];
  const run = (name: string, key: number) => queue.run([key], async () => void begun.push(name));
  const all = [run('held', b), run('free', c), run('after', b)];
  await settled();
  expect(begun).toEqual(['free']);
  free();
  await Promise.all(all);
  expect(begun).toEqual(['free', 'held', 'after']);
  expect(queue.areFree(a, b)).toBe(true);
});
