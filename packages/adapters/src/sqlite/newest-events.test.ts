import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { EventStore } from '@integration-settings/domain';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { anEvent, collect, followUntil, someEvents } from '../testing/event-store/helpers.ts';
import { openSqliteEventStore } from './index.ts';
import { NewestEvents, type WrittenEvent } from './newest-events.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

const written = (streamName: string, revision: number): WrittenEvent => ({
  streamName,
  stream: 1,
  revision,
  event: { id: `${streamName}/${revision}`, type: 'Happened', data: '{"a":1}', metadata: '{}' },
});

it('gives what it has of a range, from its first position on', () => {
  const positions = (low: number, high: number, prefix = '', limit = 100) => {
    const newest = new NewestEvents();
    newest.replace(10, [written('a.x', 0), written('b.x', 7), written('a.x', 1)]);
    const page = newest.page({ low, high }, prefix, limit);
    return page === undefined ? undefined : [page.events.map(({ position }) => Number(position)), page.next];
  };
  expect(positions(10, 12)).toEqual([[10, 11, 12], undefined]);
  expect(positions(11, 12)).toEqual([[11, 12], undefined]);
  expect(positions(10, 11)).toEqual([[10, 11], undefined]);
  expect(positions(10, 20)).toEqual([[10, 11, 12], 13]); // another process wrote the rest
  expect(positions(10, 12, '', 2)).toEqual([[10, 11], 12]);
  expect(positions(10, 12, 'a.')).toEqual([[10, 12], undefined]);
  expect(positions(11, 11, 'a.')).toEqual([[], undefined]);
  expect(positions(9, 12)).toBeUndefined();
  expect(positions(13, 20)).toBeUndefined();
  expect(new NewestEvents().page({ low: 0, high: 5 }, '', 10)).toBeUndefined();
});

it('lets go of what it has given to the end', () => {
  const newest = new NewestEvents();
  newest.replace(10, [written('a.x', 0), written('a.x', 1), written('a.x', 2)]);
  const give = (low: number, high: number) => newest.page({ low, high }, '', 2)?.events.length;
  expect(give(10, 12)).toBe(2);
  expect(give(10, 12)).toBe(2);
  expect(give(12, 12)).toBe(1);
  expect(give(10, 12)).toBeUndefined();
  newest.replace(13, [written('a.x', 3)]);
  expect(give(13, 13)).toBe(1);
});

const folder = temporaryFolder();
let stores: readonly EventStore[];
beforeEach(async () => {
  const file = join(folder(), `${randomUUID()}.db`);
  const open = () => openSqliteEventStore({ file, synchronous: 'normal' });
  stores = [await open(), await open()];
});
afterEach(async () => {
  for (const store of stores) await store.close();
});

it('lets subscriptions see the same as the file has, whichever process wrote it', async () => {
  const transaction = fc.record({
    by: fc.nat(1),
    streams: fc.array(fc.constantFrom('a.x', 'a.y', 'b.x'), { minLength: 1, maxLength: 4 }),
  });
  const look = fc.record({ back: fc.nat(6), streamPrefix: fc.constantFrom('', 'a.', 'b.') });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(transaction, look), { maxLength: 6 }), async (steps) => {
      for (const [{ by, streams }, { back, streamPrefix }] of steps) {
        const append = (streamName: string) =>
          stores[by]!.appendToStream(streamName, [anEvent({ text: 'é\u0000\ud800' })], { expectedRevision: 'any' });
        const results = await Promise.all(streams.map(append));
        const head = results.at(-1)!.position;
        const after = head < BigInt(back) ? -1n : head - BigInt(back);
        for (const store of stores) {
          const followed = await followUntil(store.subscribeToAll({ after, streamPrefix }));
          expect(followed).toEqual(await collect(store.readAll({ after, streamPrefix })));
        }
      }
    }),
    { numRuns: 30 },
  );
});

it('goes on in the file where a transaction was larger than what is kept', async () => {
  const [store] = stores;
  await store!.appendToStream('a.x', someEvents(4_500), { expectedRevision: 'any' });
  const followed = await followUntil(store!.subscribeToAll({ after: 1_700n }));
  expect(followed).toEqual(await collect(store!.readAll({ after: 1_700n })));
  expect(followed).toHaveLength(2_799);
});

it('keeps no more than about the text of a usual transaction', () => {
  const large = JSON.stringify('x'.repeat(1024 * 1024));
  const events = Array.from({ length: 10 }, (_, revision) => ({
    ...written('a.x', revision),
    event: { ...written('a.x', revision).event, data: large },
  }));
  const newest = new NewestEvents();
  newest.replace(0, events);
  expect(newest.page({ low: 0, high: 9 }, '', 100)?.events).toHaveLength(4);
  expect(newest.page({ low: 4, high: 9 }, '', 100)).toBeUndefined();
});

it('gives each subscription objects of its own', async () => {
  const [store] = stores;
  await store!.appendToStream('a.x', [anEvent({ list: [1] })], { expectedRevision: 'any' });
  const [first] = await followUntil(store!.subscribeToAll({ after: -1n }));
  (first!.data as { list: number[] }).list.push(2);
  const [second] = await followUntil(store!.subscribeToAll({ after: -1n }));
  expect(second!.data).toEqual({ list: [1] });
});
