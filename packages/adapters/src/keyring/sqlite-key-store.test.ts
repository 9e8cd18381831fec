import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { someWrappedKey } from '../testing/key-store/some-wrapped-key.ts';
import { keyStoreContract } from '../testing/key-store-contract.ts';
import { openSqliteKeyStore } from './sqlite-key-store.ts';
import { bytesBelow, temporaryDirectory } from './temporary-directory.fixture.ts';

const root = temporaryDirectory();
let stores = 0;
const fresh = (): string => join(root, `store-${(stores += 1)}.sqlite`);

let file = '';
keyStoreContract({
  name: 'the SQLite key store',
  open: () => openSqliteKeyStore({ file: (file = fresh()) }),
  reopen: () => openSqliteKeyStore({ file }),
});

const changeFile = (file: string, sql: string): void => {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
};

describe('SQLite key store', () => {
  it('keeps nothing of a destroyed key, and nothing of a wrapping that was replaced, in any file', async () => {
    const directory = temporaryDirectory();
    const store = await openSqliteKeyStore({ file: join(directory, 'keys.sqlite') });
    const others = Array.from({ length: 50 }, () => someWrappedKey());
    const key = someWrappedKey();
    await Promise.all([...others, key].map((one) => store.createIfAbsent(one)));
    expect(bytesBelow(directory).includes(key.text)).toBe(true);
    const again = { ...key, text: 'another-wrapping' };
    await store.rewrap(again);
    expect(bytesBelow(directory).includes(key.text)).toBe(false);
    expect(bytesBelow(directory).includes(again.text)).toBe(true);
    await store.destroy(key.id);
    expect(bytesBelow(directory).includes(again.text)).toBe(false);
    expect(bytesBelow(directory).includes(key.id)).toBe(false);
    expect(readdirSync(directory)).toEqual(['keys.sqlite']);
    await store.close();
  });

  it('is for its owner only', async () => {
    const file = fresh();
    await (await openSqliteKeyStore({ file })).close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('refuses alone the write that fails alone', async () => {
    const store = await openSqliteKeyStore({ file: fresh() });
    const key = someWrappedKey();
    const sameId = { ...someWrappedKey(), id: key.id };
    const other = someWrappedKey();
    const outcomes = await Promise.allSettled([key, sameId, other].map((one) => store.createIfAbsent(one)));
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await store.find(sameId)).toBeUndefined();
    expect(await store.find(other)).toEqual(other);
    await store.close();
  });

  it('finishes what was asked for before it is closed', async () => {
    const file = fresh();
    const store = await openSqliteKeyStore({ file });
    const key = someWrappedKey();
    const creating = store.createIfAbsent(key);
    await store.close();
    expect(await creating).toEqual(key);
    const again = await openSqliteKeyStore({ file });
    expect(await again.get(key.id)).toEqual(key);
    await again.close();
  });

  it('waits for another connection that writes', async () => {
    const file = fresh();
    const store = await openSqliteKeyStore({ file });
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const key = someWrappedKey();
    const creating = store.createIfAbsent(key);
    expect(await store.get(key.id)).toBeUndefined();
    other.exec('COMMIT');
    expect(await creating).toEqual(key);
    other.close();
    await store.close();
  });

  it('says that the store is unavailable when another connection never lets go', async () => {
    const file = fresh();
    const store = await openSqliteKeyStore({ file, busyTimeoutMs: 20 });
    const other = new DatabaseSync(file);
    other.exec('BEGIN EXCLUSIVE');
    await expect(store.createIfAbsent(someWrappedKey())).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    other.close();
    await store.close();
  });

  it.each([
    ['is not a database', 'STORE_CORRUPTED', (file: string) => writeFileSync(file, 'These are my notes. '.repeat(100))],
    [
      'is of another application',
      'STORE_CORRUPTED',
      (file: string) => changeFile(file, 'CREATE TABLE notes (text TEXT)'),
    ],
    [
      'has a later format',
      'STORE_NEWER',
      async (file: string) => {
        await (await openSqliteKeyStore({ file })).close();
        changeFile(file, 'PRAGMA user_version = 2');
      },
    ],
  ] as const)('refuses a file that %s, and leaves it as it is', async (_, code, prepare) => {
    const directory = temporaryDirectory();
    const file = join(directory, 'keys.sqlite');
    await prepare(file);
    const before = readFileSync(file);
    await expect(openSqliteKeyStore({ file })).rejects.toMatchObject({ code });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(directory)).toEqual(['keys.sqlite']);
  });

  it('says that a file is damaged', async () => {
    const file = fresh();
    const store = await openSqliteKeyStore({ file });
    await Promise.all(Array.from({ length: 200 }, () => store.createIfAbsent(someWrappedKey())));
    await store.close();
    const bytes = readFileSync(file);
    bytes.fill(0xee, 4_096);
    writeFileSync(file, bytes);
    const damaged = await openSqliteKeyStore({ file });
    await expect(damaged.get('some-id')).rejects.toMatchObject({ code: 'STORE_CORRUPTED' });
    await damaged.close();
  });

  it('says that the store is unavailable where there is no directory for it', async () => {
    await expect(openSqliteKeyStore({ file: join(root, 'nowhere', 'keys.sqlite') })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      cause: { code: 'ENOENT' },
    });
  });
});
