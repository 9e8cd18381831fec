import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { someWrappedKey } from '../testing/key-store/some-wrapped-key.ts';
import { keyStoreContract } from '../testing/key-store-contract.ts';
import { openFileKeyStore } from './file-key-store.ts';
import { bytesBelow, temporaryDirectory } from './temporary-directory.fixture.ts';

const root = temporaryDirectory();
let stores = 0;
const fresh = (): string => join(root, `store-${(stores += 1)}`);
const keyPath = (directory: string, id: string): string => join(directory, 'keys', `${id}.jsonl`);

let directory = '';
keyStoreContract({
  name: 'the file key store',
  open: () => openFileKeyStore({ directory: (directory = fresh()) }),
  reopen: () => openFileKeyStore({ directory }),
});

describe('file key store', () => {
  it('keeps nothing of a destroyed key, and nothing of a wrapping that was replaced', async () => {
    const directory = fresh();
    const store = await openFileKeyStore({ directory });
    const key = someWrappedKey();
    await store.createIfAbsent(key);
    expect(bytesBelow(directory).includes(key.text)).toBe(true);
    const again = { ...key, text: 'another-wrapping' };
    await store.rewrap(again);
    expect(bytesBelow(directory).includes(key.text)).toBe(false);
    expect(bytesBelow(directory).includes(again.text)).toBe(true);
    await store.destroy(key.id);
    expect(bytesBelow(directory).includes(again.text)).toBe(false);
    await store.close();
  });

  it('is for its owner only and leaves no temporary files', async () => {
    const directory = fresh();
    const store = await openFileKeyStore({ directory });
    const key = await store.createIfAbsent(someWrappedKey());
    await store.close();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(keyPath(directory, key.id)).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory).toSorted()).toEqual(['key-store.json', 'keys', 'owners']);
    expect(readdirSync(join(directory, 'keys'))).toEqual([`${key.id}.jsonl`]);
  });

  it('passes over a wrapping that a crash tore off, and goes on after it', async () => {
    const directory = fresh();
    const store = await openFileKeyStore({ directory });
    const key = await store.createIfAbsent(someWrappedKey());
    appendFileSync(keyPath(directory, key.id), '\n{"id":"to');
    expect(await store.get(key.id)).toEqual(key);
    const again = { ...key, masterKey: 'second' };
    await store.rewrap(again);
    expect(await store.get(key.id)).toEqual(again);
    await store.close();
  });

  it('wipes the wrappings that killed rotations left, when the next one lists the keys', async () => {
    const directory = fresh();
    const store = await openFileKeyStore({ directory });
    const key = await store.createIfAbsent({ ...someWrappedKey(), masterKey: 'der erste Schlüssel' });
    const path = keyPath(directory, key.id);
    const torn = Buffer.from('{"id":"kü').subarray(0, -1); // in the middle of a character
    const again = { ...key, masterKey: 'der zweite Schlüssel', text: 'another-wrapping' };
    appendFileSync(path, Buffer.concat([Buffer.from('\n'), torn, Buffer.from(`\n${JSON.stringify(again)}\n`)]));
    for await (const keys of store.list()) expect(keys).toEqual([again]);
    expect(readFileSync(path, 'utf8').trim()).toBe(JSON.stringify(again));
    expect(await store.get(key.id)).toEqual(again);
    await store.close();
  });

  it('still finds a key by its id when the link of its owner is lost', async () => {
    const directory = fresh();
    const store = await openFileKeyStore({ directory });
    const key = await store.createIfAbsent(someWrappedKey());
    rmSync(join(directory, 'owners'), { recursive: true });
    mkdirSync(join(directory, 'owners'));
    expect(await store.find(key)).toBeUndefined();
    expect(await store.get(key.id)).toEqual(key);
    await store.close();
  });

  it('calls a key file that holds something else corrupted', async () => {
    const directory = fresh();
    const store = await openFileKeyStore({ directory });
    const key = await store.createIfAbsent(someWrappedKey());
    writeFileSync(keyPath(directory, key.id), '{"id":1}\n');
    await expect(store.get(key.id)).rejects.toMatchObject({ code: 'STORE_CORRUPTED' });
    await store.close();
  });

  it('refuses a key id that is no file name', async () => {
    const store = await openFileKeyStore({ directory: fresh() });
    await expect(store.createIfAbsent({ ...someWrappedKey(), id: '../escape' })).rejects.toThrow(TypeError);
    await store.close();
  });

  it('refuses a directory that holds something else, and leaves it as it is', async () => {
    const directory = fresh();
    mkdirSync(directory);
    writeFileSync(join(directory, 'notes.txt'), 'mine');
    await expect(openFileKeyStore({ directory })).rejects.toMatchObject({ code: 'STORE_CORRUPTED' });
    expect(readdirSync(directory)).toEqual(['notes.txt']);
  });

  it('refuses a later format and a marker that is not ours', async () => {
    const directory = fresh();
    await (await openFileKeyStore({ directory })).close();
    const marker = join(directory, 'key-store.json');
    writeFileSync(marker, '{"format":"integration-settings/key-store/2"}\n');
    await expect(openFileKeyStore({ directory })).rejects.toMatchObject({ code: 'STORE_NEWER' });
    writeFileSync(marker, 'something');
    await expect(openFileKeyStore({ directory })).rejects.toMatchObject({ code: 'STORE_CORRUPTED' });
  });

  it('says that the store is unavailable where the system refuses', async () => {
    const file = join(root, 'a-file');
    writeFileSync(file, '');
    await expect(openFileKeyStore({ directory: join(file, 'below') })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      cause: { code: 'ENOTDIR' },
    });
  });
});
