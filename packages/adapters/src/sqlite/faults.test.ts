import { randomUUID } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import { anEvent, collect, followUntil, idsOf, someEvents } from '../testing/event-store/helpers.ts';
import { openSqliteEventStore } from './index.ts';
import { openDatabase } from './open-database.ts';
import { applicationId, migrations } from './schema.ts';
import { SqliteEventStore } from './sqlite-event-store.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

const folder = temporaryFolder();
let file: string;
beforeEach(() => {
  file = join(folder(), `${randomUUID()}.db`);
});

const anyRevision = { expectedRevision: 'any' } as const;

it('gives up an append while another process holds the lock, and is ready again afterwards', async () => {
  const store = await openSqliteEventStore({ file, busyTimeoutMs: 20 });
  const other = new DatabaseSync(file);
  other.exec('BEGIN IMMEDIATE');
  await expect(store.appendToStream('a.thing-1', someEvents(1), anyRevision)).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    cause: { code: 'ERR_SQLITE_ERROR' },
  });
  expect(await collect(store.readAll())).toEqual([]);
  other.exec('ROLLBACK');
  other.close();
  expect(await store.appendToStream('a.thing-1', someEvents(1), anyRevision)).toEqual({ revision: 0n, position: 0n });
  await store.close();
});

it('waits for the lock without holding up the process, and close waits for the append', async () => {
  const store = await openSqliteEventStore({ file });
  const other = new DatabaseSync(file);
  other.exec('BEGIN IMMEDIATE');
  const append = store.appendToStream('a.thing-1', someEvents(1), anyRevision);
  for (let turns = 0; turns < 20; turns += 1) await turn();
  const closed = store.close();
  other.exec('COMMIT');
  other.close();
  expect(await append).toEqual({ revision: 0n, position: 0n });
  await closed;
});

it('writes nothing of a group when the disk is full, and is ready again when there is room', async () => {
  const database = await openDatabase({ file, applicationId, migrations, synchronous: 'full', busyTimeoutMs: 0 });
  const store = SqliteEventStore.over(database, file, 0);
  await store.appendToStream('a.thing-1', someEvents(1), anyRevision);
  database.exec('PRAGMA max_page_count = 20');
  const big = Array.from({ length: 100 }, () => anEvent({ text: 'x'.repeat(10_000) }));
  const outcomes = await Promise.allSettled([
    store.appendToStream('a.thing-1', someEvents(1), anyRevision),
    store.appendToStream('a.thing-2', big, anyRevision),
  ]);
  const full = { code: 'STORE_UNAVAILABLE', message: expect.stringContaining('the disk is full') };
  expect(outcomes).toMatchObject([{ reason: full }, { reason: full }]);
  expect(await collect(store.readAll())).toHaveLength(1);
  database.exec('PRAGMA max_page_count = 100000');
  expect(await store.appendToStream('a.thing-2', big, anyRevision)).toEqual({ revision: 99n, position: 100n });
  await store.close();
});

it('appends nothing once a newer release has changed the schema', async () => {
  const store = await openSqliteEventStore({ file });
  const other = new DatabaseSync(file);
  other.exec('PRAGMA user_version = 2');
  other.close();
  await expect(store.appendToStream('a.thing-1', someEvents(1), anyRevision)).rejects.toMatchObject({
    code: 'STORE_NEWER',
  });
  expect(await collect(store.readAll())).toEqual([]);
  await store.close();
});

it('finds damage when it reads, says so, and leaves the file as it is', async () => {
  let store = await openSqliteEventStore({ file });
  await store.appendToStream('a.thing-1', someEvents(5_000), anyRevision);
  await store.close();
  const handle = await open(file, 'r+');
  await handle.write(Buffer.alloc(200_000, 0xee), 0, 200_000, 100_000);
  await handle.close();
  const before = await readFile(file);
  store = await openSqliteEventStore({ file });
  const damaged = { code: 'STORE_CORRUPTED', message: expect.stringContaining('is damaged') };
  await expect(collect(store.readAll())).rejects.toMatchObject(damaged);
  await expect(followUntil(store.subscribeToAll({ after: -1n }))).rejects.toMatchObject(damaged);
  await store.close();
  expect(await readFile(file)).toEqual(before);
});

it.each(['data', 'metadata'])('names the event whose %s is no JSON', async (column) => {
  const store = await openSqliteEventStore({ file });
  await store.appendToStream('a.thing-1', someEvents(3), anyRevision);
  const other = new DatabaseSync(file);
  other.exec(`UPDATE events SET ${column} = '{' WHERE position = 1`);
  other.close();
  await expect(collect(store.readAll())).rejects.toMatchObject({
    code: 'STORE_CORRUPTED',
    message: expect.stringContaining('The event at position 1 of the store'),
  });
  await store.close();
});

/** A database whose next commit fails in the middle of writing; nobody can see whether it was in time. */
class DatabaseOfAFailingDisk extends DatabaseSync {
  failure: 'before' | 'after' | undefined;
  override exec(sql: string): void {
    const failure = sql === 'COMMIT' ? this.failure : undefined;
    if (failure !== 'before') super.exec(sql);
    if (failure === undefined) return;
    this.failure = undefined;
    throw Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 1034 });
  }
}

it.each(['before', 'after'] as const)(
  'says that the outcome is unknown when the commit fails (%s it was written), and takes the repeat',
  async (failure) => {
    await (await openSqliteEventStore({ file })).close();
    const database = new DatabaseOfAFailingDisk(file);
    const store = SqliteEventStore.over(database, file, 0);
    const events = someEvents(2);
    const append = () => store.appendToStream('a.thing-1', events, { expectedRevision: 'no_stream' });
    database.failure = failure;
    await expect(append()).rejects.toMatchObject({
      code: 'APPEND_OUTCOME_UNKNOWN',
      streamName: 'a.thing-1',
      cause: { errcode: 1034 },
    });
    expect(await append()).toEqual({ revision: 1n, position: 1n });
    expect(idsOf(await collect(store.readAll()))).toEqual(idsOf(events));
    await store.close();
  },
);
