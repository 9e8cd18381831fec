import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { OneByOne } from './one-by-one.ts';

/** Groups that say when they were asked for and when they ended. */
async function* groupsOf(groups: readonly (readonly number[])[], log: string[] = []) {
  try {
    for (const [index, group] of groups.entries()) {
      log.push(`group ${index}`);
      await turn();
      yield group;
    }
  } finally {
    log.push('ended');
  }
}

it('hands out what is in the groups, in their order, and asks for a group when the one before is used up', async () => {
  const log: string[] = [];
  for await (const item of new OneByOne(groupsOf([[1, 2], [], [3]], log))) log.push(`item ${item}`);
  expect(log).toEqual(['group 0', 'item 1', 'item 2', 'group 1', 'group 2', 'item 3', 'ended']);
});

it('answers calls that do not wait for each other in their order', async () => {
  const items = new OneByOne(groupsOf([[1, 2, 3], [4]]));
  const results = await Promise.all(Array.from({ length: 6 }, () => items.next()));
  expect(results.map(({ value }) => value)).toEqual([1, 2, 3, 4, undefined, undefined]);
  expect(results.map(({ done }) => done)).toEqual([false, false, false, false, true, true]);
});

it('ends the groups when nobody wants more, after what was asked for before', async () => {
  const log: string[] = [];
  const items = new OneByOne(groupsOf([[1, 2], [3]], log));
  const [first, ended] = await Promise.all([items.next(), items.return()]);
  expect([first, ended]).toEqual([
    { done: false, value: 1 },
    { done: true, value: undefined },
  ]);
  expect(log).toEqual(['group 0', 'ended']);
  expect(await items.next()).toEqual({ done: true, value: undefined });
});

it('begins nothing where nobody asks', async () => {
  const log: string[] = [];
  await new OneByOne(groupsOf([[1]], log)).return();
  expect(log).toEqual([]);
});

it('rejects with what the groups throw, once', async () => {
  const failing = async function* (): AsyncGenerator<readonly number[], void, undefined> {
    yield [1];
    throw new Error('no more');
  };
  const items = new OneByOne(failing());
  const results = await Promise.allSettled([items.next(), items.next(), items.next()]);
  expect(results).toEqual([
    { status: 'fulfilled', value: { done: false, value: 1 } },
    { status: 'rejected', reason: new Error('no more') },
    { status: 'fulfilled', value: { done: true, value: undefined } },
  ]);
});
