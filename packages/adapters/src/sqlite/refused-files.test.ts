import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { EventToAppend } from '@integration-settings/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collect, idsOf, someEvents } from '../testing/event-store/helpers.ts';
import { bytesOf } from './folder-bytes.fixture.ts';
import { openSqliteEventStore } from './index.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

const root = temporaryFolder();
let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(root(), 'test-'));
  file = join(folder, 'events.db');
});

/** Makes a store with some events, closes it and lets somebody at its file. */
const givenStore = async (tamper: (database: DatabaseSync) => void = () => {}): Promise<void> => {
  const store = await openSqliteEventStore({ file });
  await store.appendToStream('a.thing-1', someEvents(2_000), { expectedRevision: 'any' });
  await store.close();
  const database = new DatabaseSync(file);
  tamper(database);
  database.close();
};

const expectRefused = async (code: string, message: string): Promise<void> => {
  const before = await bytesOf(folder);
  const refused = { code, message: expect.stringContaining(message) };
  await expect(openSqliteEventStore({ file, busyTimeoutMs: 20 })).rejects.toMatchObject(refused);
  expect(await bytesOf(folder)).toEqual(before);
};

describe('a file that is refused is not changed, and nothing is left beside it', () => {
  it.each(['short', 'a text '.repeat(1_000)])('is no database: %j', async (text) => {
    await writeFile(file, text);
    await expectRefused('STORE_CORRUPTED', 'is not a database');
  });

  it.each([0, 4711])('is of another application, of id %i', async (id) => {
    const foreign = new DatabaseSync(file);
    foreign.exec(`CREATE TABLE events (x); PRAGMA application_id = ${id}`);
    foreign.close();
    await expectRefused('STORE_CORRUPTED', `belongs to another application: its id is ${id}`);
  });

  it('is of another application that left a write-ahead log', async () => {
    const original = join(await mkdtemp(join(root(), 'foreign-')), 'foreign.db');
    const foreign = new DatabaseSync(original);
    foreign.exec('PRAGMA journal_mode = WAL; CREATE TABLE things (x); INSERT INTO things VALUES (1)');
    for (const suffix of ['', '-wal']) await copyFile(original + suffix, file + suffix);
    foreign.close();
    await expectRefused('STORE_CORRUPTED', 'belongs to another application');
  });

  describe('is gone, but not its write-ahead log with all that was acknowledged', () => {
    let events: readonly EventToAppend[];
    let whole: string;
    beforeEach(async () => {
      const killed = join(await mkdtemp(join(root(), 'killed-')), 'events.db');
      const store = await openSqliteEventStore({ file: killed });
      events = someEvents(100);
      await store.appendToStream('a.thing-1', events, { expectedRevision: 'any' });
      for (const suffix of ['', '-wal']) await copyFile(killed + suffix, file + suffix); // as a killed process leaves them
      await store.close();
      whole = join(folder, 'whole.db');
      await rename(file, whole);
    });
    afterEach(async () => {
      await rename(whole, file);
      const store = await openSqliteEventStore({ file });
      expect(idsOf(await collect(store.readAll()))).toEqual(idsOf(events));
      await store.close();
    });

    it('because it is missing', () => expectRefused('STORE_CORRUPTED', 'Put the file back'));

    it('because it is empty', async () => {
      await writeFile(file, '');
      await expectRefused('STORE_CORRUPTED', 'Put the file back');
    });
  });

  it('is missing, but the journal of a transaction that was not finished is there', async () => {
    await writeFile(`${file}-journal`, 'the pages as they were');
    await expectRefused('STORE_CORRUPTED', 'events.db-journal');
  });

  it('is of a newer schema version', async () => {
    await givenStore((database) => database.exec('PRAGMA user_version = 2'));
    await expectRefused('STORE_NEWER', 'has schema version 2; this release knows up to 1');
  });

  it('lacks a table of its version', async () => {
    await givenStore((database) => database.exec('PRAGMA foreign_keys = OFF; DROP TABLE streams'));
    await expectRefused('STORE_CORRUPTED', 'does not have the tables of its version');
  });

  it('is cut off', async () => {
    await givenStore();
    await truncate(file, 10_000);
    await expectRefused('STORE_CORRUPTED', 'is damaged');
  });

  it('is a folder', async () => {
    await mkdir(file);
    const refused = { code: 'STORE_UNAVAILABLE', message: expect.stringContaining('events.db') };
    await expect(openSqliteEventStore({ file })).rejects.toMatchObject(refused);
  });

  it('lies in a folder that is not there', async () => {
    file = join(folder, 'nowhere', 'events.db');
    await expectRefused('STORE_UNAVAILABLE', 'nowhere');
  });

  it('is locked by another process all the time', async () => {
    await givenStore();
    const other = new DatabaseSync(file);
    other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT; BEGIN EXCLUSIVE');
    try {
      await expectRefused('STORE_UNAVAILABLE', 'another process holds it locked');
    } finally {
      other.close();
    }
    const store = await openSqliteEventStore({ file });
    expect(await collect(store.readAll({ maxCount: 1 }))).toHaveLength(1);
    await store.close();
  });
});

it('goes on making a file whose first transaction was not finished', async () => {
  await writeFile(file, '');
  await writeFile(`${file}-journal`, 'nothing was in the file');
  await (await openSqliteEventStore({ file })).close();
});

describe('a file that cannot be written is not changed', () => {
  // Permissions do not bind the superuser, so it becomes somebody else for the time being.
  const superuser = process.geteuid?.() === 0;
  afterEach(async () => {
    if (superuser) process.seteuid?.(0);
    await chmod(folder, 0o755);
  });

  it.each([
    ['file', 0o444, 0o777],
    ['folder', 0o666, 0o555],
  ])('because its %s is read-only', async (_, fileMode, folderMode) => {
    await givenStore();
    await chmod(root(), 0o755);
    await chmod(file, fileMode);
    await chmod(folder, folderMode);
    if (superuser) process.seteuid?.(65_534);
    const before = await readFile(file);
    await expect(openSqliteEventStore({ file })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await readFile(file)).toEqual(before);
  });
});

it.each(['', ':memory:'])('refuses %j as a file', async (name) => {
  await expect(openSqliteEventStore({ file: name })).rejects.toThrow(TypeError);
});

it.each([{ synchronous: 'off' as 'full' }, { busyTimeoutMs: Number.NaN }, { busyTimeoutMs: -1 }])(
  'refuses the options %o',
  async (options) => {
    await expect(openSqliteEventStore({ file, ...options })).rejects.toThrow(TypeError);
    expect(await bytesOf(folder)).toEqual(new Map());
  },
);
