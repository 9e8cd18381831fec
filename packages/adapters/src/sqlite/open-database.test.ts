import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDatabase } from './open-database.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

const folder = temporaryFolder();
const first = "CREATE TABLE things (name TEXT) STRICT; INSERT INTO things VALUES ('one')";
const second = "ALTER TABLE things ADD COLUMN colour TEXT; UPDATE things SET colour = 'green'";

const optionsFor = (migrations: readonly string[], file = join(folder(), `${randomUUID()}.db`)) => ({
  file,
  applicationId: 4711,
  migrations,
  synchronous: 'full' as const,
  busyTimeoutMs: 5_000,
});

const thingsIn = async (options: ReturnType<typeof optionsFor>): Promise<unknown> => {
  const database = await openDatabase(options);
  try {
    return database
      .prepare('SELECT * FROM things')
      .all()
      .map((thing) => ({ ...thing }));
  } finally {
    database.close();
  }
};

it('brings a new file to the newest version, in WAL mode and with the durability that was asked for', async () => {
  const options = optionsFor([first, second]);
  const database = await openDatabase({ ...options, synchronous: 'normal' });
  const valueOf = (pragma: string): unknown => Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
  const pragmas = ['user_version', 'application_id', 'journal_mode', 'synchronous'].map(valueOf);
  database.close();
  expect(pragmas).toEqual([2, 4711, 'wal', 1]);
  expect(await thingsIn(options)).toEqual([{ name: 'one', colour: 'green' }]);
});

it('applies to an older file only what it lacks, and says so in the header', async () => {
  const old = optionsFor([first]);
  expect(await thingsIn(old)).toEqual([{ name: 'one' }]);
  const database = await openDatabase(optionsFor([first, second], old.file));
  expect((await readFile(old.file)).readInt32BE(60)).toBe(2);
  database.close();
  expect(await thingsIn(optionsFor([first, second], old.file))).toEqual([{ name: 'one', colour: 'green' }]);
});

it('leaves the older version as it was when a migration fails', async () => {
  const old = optionsFor([first]);
  expect(await thingsIn(old)).toEqual([{ name: 'one' }]);
  const broken = optionsFor([first, `${second}; INSERT INTO absent VALUES (1)`], old.file);
  await expect(openDatabase(broken)).rejects.toThrow('no such table: absent');
  expect(await thingsIn(old)).toEqual([{ name: 'one' }]);
});

it('keeps an older release away from a newer file', async () => {
  const options = optionsFor([first, second]);
  (await openDatabase(options)).close();
  const before = await readFile(options.file);
  await expect(openDatabase(optionsFor([first], options.file))).rejects.toMatchObject({ code: 'STORE_NEWER' });
  expect(await readFile(options.file)).toEqual(before);
});

it('lets several open a new file at once', async () => {
  const options = optionsFor([first, second]);
  const databases = await Promise.all(Array.from({ length: 8 }, () => openDatabase(options)));
  for (const database of databases) database.close();
  expect(await thingsIn(options)).toEqual([{ name: 'one', colour: 'green' }]);
});
