import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SnapshotHeader } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../sqlite/temporary-folder.fixture.ts';
import { snapshotStoreContract } from '../testing/snapshot-store-contract.ts';
import { pagesIn, someHeader, somePages } from '../testing/snapshot-store/some-snapshot.ts';
import { fileNameOf, headerOf } from './file-name.ts';
import { openFileSnapshotStore, openMemorySnapshotStore, openSqliteSnapshotStore } from './index.ts';

const root = temporaryFolder();

snapshotStoreContract({ name: 'the memory snapshot store', open: async () => openMemorySnapshotStore() });

let folder: string;
const changeFile =
  (change: (bytes: Buffer) => Buffer) =>
  async (header: SnapshotHeader): Promise<void> => {
    const path = join(folder, fileNameOf(header));
    await writeFile(path, change(await readFile(path)));
  };
const flipped = (at: number) =>
  changeFile((bytes) => {
    bytes[at < 0 ? bytes.length + at : at]! ^= 1;
    return bytes;
  });
const withoutPage = changeFile((bytes) => {
  const pages = bytes.length - 40 - 3_000 - 40 - 1 - 40; // where the second page's frame begins
  return Buffer.concat([bytes.subarray(0, pages), bytes.subarray(pages + 41)]);
});

snapshotStoreContract({
  name: 'the file snapshot store',
  open: () => openFileSnapshotStore({ folder: (folder = join(root(), randomUUID())) }),
  reopen: () => openFileSnapshotStore({ folder }),
  damages: {
    'a flipped bit in the format': flipped(3),
    'a flipped bit in the header': flipped(60),
    'a flipped bit in a page': flipped(-200),
    'a flipped bit in the seal of a page': flipped(-3_040),
    'a flipped bit in the length of a page': flipped(-3_080),
    'a length that no file has': changeFile((bytes) => {
      bytes.writeBigUInt64LE(0xffff_ffff_ffff_fffen, bytes.length - 3_080);
      return bytes;
    }),
    'a flipped bit in the end': flipped(-40),
    'a flipped bit in the last seal': flipped(-1),
    'a missing last byte': changeFile((bytes) => bytes.subarray(0, -1)),
    'a missing end': changeFile((bytes) => bytes.subarray(0, -40)),
    'a missing page': withoutPage,
    'half of it': changeFile((bytes) => bytes.subarray(0, bytes.length / 2)),
    'an empty file': changeFile(() => Buffer.alloc(0)),
    zeros: changeFile((bytes) => Buffer.alloc(bytes.length)),
    'a byte more': changeFile((bytes) => Buffer.concat([bytes, Buffer.from([0])])),
    'the file of another snapshot': async (header) =>
      writeFile(
        join(folder, fileNameOf(header)),
        await readFile(join(folder, fileNameOf({ ...header, position: 1n }))),
      ),
  },
});

let file: string;
const execute = (sql: string) => async (header: SnapshotHeader) => {
  const database = new DatabaseSync(file);
  const { id } = database
    .prepare('SELECT id FROM snapshots WHERE name = ? AND position = ?')
    .get(header.name, header.position) as { id: number };
  database.exec(sql.replaceAll('$id', String(id)));
  database.close();
};

snapshotStoreContract({
  name: 'the SQLite snapshot store',
  open: () => openSqliteSnapshotStore({ file: (file = join(root(), `${randomUUID()}.db`)) }),
  reopen: () => openSqliteSnapshotStore({ file }),
  damages: {
    'another byte in a page': execute(`UPDATE pages SET bytes = x'00' WHERE snapshot = $id AND number = 1`),
    'another seal of a page': execute(`UPDATE pages SET seal = zeroblob(32) WHERE snapshot = $id AND number = 1`),
    'a missing page': execute('DELETE FROM pages WHERE snapshot = $id AND number = 1'),
    'a missing last page': execute('DELETE FROM pages WHERE snapshot = $id AND number = 2'),
    'a page more': execute(`INSERT INTO pages VALUES ($id, 3, zeroblob(32), x'00')`),
    'another last seal': execute(`UPDATE snapshots SET seal = x'00' WHERE id = $id`),
    'the pages of another snapshot': execute(`UPDATE pages SET bytes = x'01', seal = x'02' WHERE snapshot = $id`),
  },
});

describe('the file snapshot store', () => {
  it('gives every header a file name that says it, and tells names apart that differ in case only', () => {
    const headers = ['con', 'myTeam', 'myteam', 'mYTEAM', 'a1B2'].map((name) => someHeader({ name, version: 3 }));
    const names = headers.map(fileNameOf);
    expect(names.map(headerOf)).toEqual(headers);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(headers.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9_]+-v[-a-z0-9]+\.snapshot$/);
  });

  it('leaves other files in its folder alone', async () => {
    const place = join(root(), randomUUID());
    const store = await openFileSnapshotStore({ folder: place });
    const header = someHeader({ position: 7n });
    const name = fileNameOf(header);
    const others = ['notes.txt', `${name}.bak`, name.replace('-7-', '-07-'), name.replace('-v1-', '-v0x1-')];
    for (const other of others) await writeFile(join(place, other), '');
    await store.write(header, somePages(1));
    expect(await store.list(header.name)).toEqual([header]);
    await store.close();
    await (await openFileSnapshotStore({ folder: place })).close();
    expect((await readdir(place)).toSorted()).toEqual([...others, name].toSorted());
  });

  it('removes what a killed process left behind ten minutes ago, and not what another one may be writing', async () => {
    const place = join(root(), randomUUID());
    const store = await openFileSnapshotStore({ folder: place });
    const header = someHeader();
    const leftover = (): string => `${fileNameOf(header)}.${randomUUID()}.tmp`;
    const [old, alsoOld, young] = [leftover(), leftover(), leftover()];
    const longAgo = new Date(Date.now() - 601_000);
    await writeFile(join(place, old), '');
    await writeFile(join(place, young), '');
    await utimes(join(place, old), longAgo, longAgo);
    await store.write(header, somePages(1));
    expect((await readdir(place)).toSorted()).toEqual([fileNameOf(header), young].toSorted());
    await writeFile(join(place, alsoOld), '');
    await utimes(join(place, alsoOld), longAgo, longAgo);
    await store.close();
    await (await openFileSnapshotStore({ folder: place })).close();
    expect((await readdir(place)).toSorted()).toEqual([fileNameOf(header), young].toSorted());
  });

  it('leaves no file when a write ends early', async () => {
    const place = join(root(), randomUUID());
    const store = await openFileSnapshotStore({ folder: place });
    const signal = AbortSignal.abort();
    await expect(store.write(someHeader(), somePages(1), { signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(await readdir(place)).toEqual([]);
    await store.close();
  });

  it('says that a file of a later format is newer', async () => {
    const place = join(root(), randomUUID());
    const store = await openFileSnapshotStore({ folder: place });
    const header = someHeader();
    await writeFile(join(place, fileNameOf(header)), `integration-settings/snapshot/2\nand so on\n${' '.repeat(300)}`);
    await expect(pagesIn(store, header)).rejects.toMatchObject({ code: 'STORE_NEWER' });
    await store.close();
  });

  it('refuses a place that is no folder', async () => {
    const place = join(root(), randomUUID());
    await writeFile(place, '');
    await expect(openFileSnapshotStore({ folder: place })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('says that it is unavailable where its folder is gone', async () => {
    const place = join(root(), randomUUID());
    const store = await openFileSnapshotStore({ folder: join(place, 'snapshots') });
    await rm(place, { recursive: true });
    const unavailable = { code: 'STORE_UNAVAILABLE' };
    await expect(store.list('integrations')).rejects.toMatchObject(unavailable);
    await expect(store.write(someHeader(), somePages(1))).rejects.toMatchObject(unavailable);
    await expect(pagesIn(store, someHeader())).rejects.toMatchObject(unavailable);
    await store.close();
  });
});

describe('the SQLite snapshot store', () => {
  it('refuses a file of another application, and one of a newer release, and changes neither', async () => {
    const place = join(root(), `${randomUUID()}.db`);
    for (const [pragma, code] of [
      ['application_id = 7', 'STORE_CORRUPTED'],
      ['application_id = 1230205806; PRAGMA user_version = 2', 'STORE_NEWER'],
    ] as const) {
      const database = new DatabaseSync(place);
      database.exec(`CREATE TABLE IF NOT EXISTS theirs (id INTEGER); PRAGMA ${pragma}`);
      database.close();
      const before = await readFile(place);
      await expect(openSqliteSnapshotStore({ file: place })).rejects.toMatchObject({ code });
      expect(await readFile(place)).toEqual(before);
    }
  });

  it('gives a write up while another process holds the lock, and is ready again afterwards', async () => {
    const place = join(root(), `${randomUUID()}.db`);
    const store = await openSqliteSnapshotStore({ file: place, busyTimeoutMs: 20 });
    const other = new DatabaseSync(place);
    other.exec('BEGIN IMMEDIATE');
    const header = someHeader();
    await expect(store.write(header, somePages(1))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    other.exec('ROLLBACK');
    other.close();
    await store.write(header, somePages(1));
    expect(await store.list(header.name)).toEqual([header]);
    await store.close();
  });

  it('refuses no file and a database in memory', async () => {
    for (const place of ['', ':memory:']) {
      await expect(openSqliteSnapshotStore({ file: place })).rejects.toThrow(TypeError);
    }
    await mkdir(join(root(), 'folder'));
    await expect(openSqliteSnapshotStore({ file: join(root(), 'folder') })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
  });
});
