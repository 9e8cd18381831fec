import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import type { EventStore } from '@integration-settings/domain';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { anEvent, collect, idsOf, someEvents } from '../testing/event-store/helpers.ts';
import { openSqliteEventStore } from './index.ts';
import { SqliteEventStore } from './sqlite-event-store.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

/** Counts the transactions that were committed. */
class CountingDatabase extends DatabaseSync {
  commits = 0;
  override exec(sql: string): void {
    super.exec(sql);
    if (sql === 'COMMIT') this.commits += 1;
  }
}

const folder = temporaryFolder();
let database: CountingDatabase;
let store: EventStore;
beforeEach(async () => {
  const file = join(folder(), `${randomUUID()}.db`);
  await (await openSqliteEventStore({ file })).close();
  database = new CountingDatabase(file);
  store = SqliteEventStore.over(database, file, 0);
});
afterEach(() => store.close());

it('commits what is asked for in one turn together, in the order it was asked', async () => {
  const events = someEvents(500);
  const results = await Promise.all(
    events.map(async (event, index) => {
      for (let microtask = 0; microtask < index; microtask += 1) await Promise.resolve(); // what a host does before it appends
      return store.appendToStream(`a.thing-${index % 7}`, [event], { expectedRevision: 'any' });
    }),
  );
  expect(database.commits).toBe(1);
  expect(results.map(({ position }) => position)).toEqual(events.map((_, index) => BigInt(index)));
  expect(idsOf(await collect(store.readAll()))).toEqual(idsOf(events));
});

it('commits no more than a bounded number of appends together', async () => {
  await Promise.all(
    someEvents(2_001).map((event) => store.appendToStream('a.thing-1', [event], { expectedRevision: 'any' })),
  );
  expect(database.commits).toBe(3);
});

it('commits no more than a bounded amount of text together', async () => {
  const text = 'x'.repeat(1024 * 1024);
  const events = Array.from({ length: 9 }, () => anEvent({ text }));
  await Promise.all(events.map((event) => store.appendToStream('a.thing-1', [event], { expectedRevision: 'any' })));
  expect(database.commits).toBe(3);
  expect(idsOf(await collect(store.readStream('a.thing-1')))).toEqual(idsOf(events));
});

it('recognises a repeat in the group of its first attempt', async () => {
  const events = someEvents(2);
  const append = () => store.appendToStream('a.thing-1', events, { expectedRevision: 'no_stream' });
  const [first, second] = await Promise.all([append(), append()]);
  expect(database.commits).toBe(1);
  expect(second).toEqual(first);
  expect(idsOf(await collect(store.readAll()))).toEqual(idsOf(events));
});

it('refuses who wrongly takes a stream for new, and writes all others of its group in their order', async () => {
  await store.appendToStream('a.thing-3', someEvents(1), { expectedRevision: 'no_stream' });
  database.commits = 0;
  const events = someEvents(40);
  const outcomes = await Promise.allSettled(
    events.map((event, index) =>
      store.appendToStream(`a.thing-${index % 30}`, [event], {
        expectedRevision: index % 9 === 8 ? 'any' : 'no_stream',
      }),
    ),
  );
  expect(database.commits).toBe(1);
  const isRefused = (index: number): boolean => (index === 3 || index >= 30) && index % 9 !== 8;
  expect(outcomes.map(({ status }) => status === 'rejected')).toEqual(events.map((_, index) => isRefused(index)));
  expect(outcomes[3]).toMatchObject({ reason: { code: 'EXPECTED_REVISION_CONFLICT', actual: 0n } });
  const written = events.filter((_, index) => !isRefused(index));
  expect(idsOf(await collect(store.readAll({ after: 0n })))).toEqual(idsOf(written));
  const results = outcomes.filter((outcome) => outcome.status === 'fulfilled').map(({ value }) => value.position);
  expect(results).toEqual(written.map((_, index) => BigInt(index + 1)));
});

it('leaves out an append whose signal aborts before its group is written', async () => {
  const stop = new AbortController();
  const reason = new Error('no longer wanted');
  const given = { expectedRevision: 'any', signal: stop.signal } as const;
  const abandoned = store.appendToStream('a.thing-1', someEvents(1), given);
  const kept = store.appendToStream('a.thing-2', someEvents(1), { expectedRevision: 'any' });
  stop.abort(reason);
  await expect(abandoned).rejects.toBe(reason);
  await kept;
  expect((await collect(store.readAll())).map(({ streamName }) => streamName)).toEqual(['a.thing-2']);
});

it('lets an append go whose signal aborts while another process holds the lock', async () => {
  const file = join(folder(), `${randomUUID()}.db`);
  await (await openSqliteEventStore({ file })).close();
  const waiting = await openSqliteEventStore({ file });
  const other = new DatabaseSync(file);
  other.exec('BEGIN IMMEDIATE');
  const [first, second] = [new AbortController(), new AbortController()];
  const append = (streamName: string, signal?: AbortSignal) =>
    waiting.appendToStream(streamName, someEvents(1), { expectedRevision: 'any', ...(signal && { signal }) });
  const kept = append('a.thing-1');
  const abandoned = append('a.thing-2', first.signal);
  await turn(); // their group is tried in this turn
  const behind = append('a.thing-3', second.signal);
  for (const [stop, appended] of [
    [first, abandoned],
    [second, behind],
  ] as const) {
    const reason = new Error('no longer wanted');
    stop.abort(reason);
    await expect(appended).rejects.toBe(reason);
  }
  other.exec('ROLLBACK');
  other.close();
  await kept;
  expect((await collect(waiting.readAll())).map(({ streamName }) => streamName)).toEqual(['a.thing-1']);
  await waiting.close();
});
