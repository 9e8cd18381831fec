import { join } from 'node:path';
import { StatementSync } from 'node:sqlite';
import type { EventStore } from '@integration-settings/domain';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anEvent, collect, idsOf, someEvents } from '../testing/event-store/helpers.ts';
import { openSqliteEventStore } from './index.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

// One event of ours at either end of a log whose middle is longer than what is looked through for one page.
const folder = temporaryFolder();
const between = 45_000;
const [first, last] = [anEvent(), anEvent()];
let store: EventStore;
beforeAll(async () => {
  store = await openSqliteEventStore({ file: join(folder(), 'events.db') });
  const manyStreams = Array.from({ length: 300 }, (_, index) => `many.thing-${index}`);
  const append = (streamName: string, events = [anEvent()]) =>
    store.appendToStream(streamName, events, { expectedRevision: 'any' });
  await append('few.thing-1', [first]);
  await Promise.all(manyStreams.map((name) => append(name)));
  await store.appendToStream('other.thing-1', someEvents(between), { expectedRevision: 'any' });
  await Promise.all(manyStreams.map((name) => append(name)));
  await append('few.thing-1', [last]);
});
afterAll(() => store.close());

it.each(['forwards', 'backwards'] as const)('finds the events of few streams at both ends, %s', async (direction) => {
  const found = await collect(store.readAll({ streamPrefix: 'few.', direction }));
  expect(idsOf(found)).toEqual(direction === 'forwards' ? [first.id, last.id] : [last.id, first.id]);
});

it('finds the events of many streams at both ends, in both directions, past pages without any', async () => {
  const forwards = await collect(store.readAll({ streamPrefix: 'many.' }));
  expect(forwards).toHaveLength(600);
  expect(forwards.map(({ revision }) => revision)).toEqual([
    ...Array.from({ length: 300 }, () => 0n),
    ...Array.from({ length: 300 }, () => 1n),
  ]);
  const backwards = await collect(store.readAll({ streamPrefix: 'many.', direction: 'backwards' }));
  expect(backwards).toEqual(forwards.toReversed());
});

it('reads up to what was there when it began', async () => {
  let seen = 0;
  for await (const batch of store.readAll({ streamPrefix: 'other.' })) {
    seen += batch.length;
    await store.appendToStream('other.thing-1', someEvents(1_000), { expectedRevision: 'any' });
  }
  expect(seen).toBe(between);
});

it('reads the same on a runtime that has rows as objects only', async () => {
  const asArrays = StatementSync.prototype.setReturnArrays;
  const reads = async (opened: EventStore): Promise<unknown> => [
    await collect(opened.readAll({ streamPrefix: 'many.' })),
    await collect(opened.readStream('few.thing-1')),
  ];
  Object.assign(StatementSync.prototype, { setReturnArrays: undefined });
  try {
    const older = await openSqliteEventStore({ file: join(folder(), 'events.db') });
    expect(await reads(older)).toEqual(await reads(store));
    await older.close();
  } finally {
    StatementSync.prototype.setReturnArrays = asArrays;
  }
});
