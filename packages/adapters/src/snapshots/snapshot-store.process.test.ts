import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../sqlite/temporary-folder.fixture.ts';
import { numbersOf, pagesIn, somePages } from '../testing/snapshot-store/some-snapshot.ts';
import { durableStores, headerAt } from './snapshot-store-process.fixture.ts';

const program = fileURLToPath(new URL('write-snapshots.fixture.ts', import.meta.url));
const root = temporaryFolder();

/** Runs the program to its end, or until `onLine` kills it. @returns what it printed */
const run = async (
  parameters: readonly string[],
  onLine: (child: ChildProcess, lines: readonly string[]) => void = () => {},
  limit = 'unlimited',
): Promise<readonly string[]> => {
  const command = ['-c', `ulimit -f ${limit}; exec "$0" "$@"`, process.execPath];
  const options = ['--disable-warning=ExperimentalWarning', program, ...parameters];
  const child = spawn('/bin/sh', [...command, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const reading = createInterface({ input: child.stdout });
  reading.on('line', (line) => {
    lines.push(line);
    onLine(child, lines);
  });
  await Promise.all([once(child, 'exit'), once(reading, 'close')]);
  return lines;
};

describe.each(['file', 'sqlite'] as const)('a process that writes to the %s snapshot store', (kind) => {
  const placeOf = async (name: string): Promise<string> => {
    const folder = join(root(), `${kind}-${name}`);
    await mkdir(folder);
    return join(folder, 'snapshots');
  };

  it.each([1, 2, 3, 5, 6, 9, 10, 23])('leaves nothing torn when it is killed after %i lines', async (last) => {
    const place = await placeOf(`killed-${last}`);
    const before = await durableStores[kind](place);
    await before.write(headerAt(1), somePages(1));
    await before.close();
    const lines = await run([kind, place, '1000000', '300000'], (child, lines) => {
      if (lines.length === last) child.kill('SIGKILL');
    });
    const store = await durableStores[kind](place);
    const listed = (await store.list('integrations')).toReversed();
    const written = lines.filter((line) => line === '+').length;
    expect(listed.length).toBeGreaterThanOrEqual(1 + written);
    expect(listed).toEqual(listed.map((_, index) => headerAt(index + 1)));
    expect(await pagesIn(store, headerAt(1))).toEqual(numbersOf(somePages(1)));
    for (const header of listed.slice(1).slice(-2)) {
      const pages: Buffer[] = [];
      for await (const page of store.read(header)) pages.push(Buffer.from(page));
      expect(pages).toEqual(somePages(Number(header.position), [10, 300_000, 10]).map((page) => Buffer.from(page)));
    }
    await store.write(headerAt(listed.length + 1), somePages(7));
    expect(await pagesIn(store, headerAt(listed.length + 1))).toEqual(numbersOf(somePages(7)));
    await store.close();
  });

  it('says that the disk is full, leaves nothing of it, and keeps what was there', async () => {
    const place = await placeOf('full');
    const before = await durableStores[kind](place);
    await before.write(headerAt(1), somePages(1));
    await before.close();
    // No file may grow above half a megabyte or, by the units of other shells, a whole one: writing fails as on a full disk.
    const lines = await run([kind, place, '2', '3000000'], undefined, '1000');
    expect(lines.filter((line) => line !== 'page')).toEqual(['STORE_UNAVAILABLE', 'STORE_UNAVAILABLE']);
    const store = await durableStores[kind](place);
    expect(await store.list('integrations')).toEqual([headerAt(1)]);
    expect(await pagesIn(store, headerAt(1))).toEqual(numbersOf(somePages(1)));
    if (kind === 'file') expect(await readdir(place)).toHaveLength(1);
    await store.write(headerAt(2), somePages(2));
    expect(await pagesIn(store, headerAt(2))).toEqual(numbersOf(somePages(2)));
    await store.close();
  });
});

describe('importing the snapshot stores', () => {
  it('does not load node:sqlite until an SQLite snapshot store is opened', async () => {
    const place = JSON.stringify(join(root(), 'lazy'));
    const script = `
      const stores = await import(${JSON.stringify(new URL('index.ts', import.meta.url))});
      const isLoaded = () => process.moduleLoadList.some((name) => /sqlite/i.test(name));
      await (await stores.openFileSnapshotStore({ folder: ${place} })).close();
      await stores.openMemorySnapshotStore().close();
      const before = isLoaded();
      await (await stores.openSqliteSnapshotStore({ file: ${place} + '.db' })).close();
      console.log(JSON.stringify([before, isLoaded()]));
    `;
    const options = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script];
    const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    await once(child, 'close');
    expect(output).toBe('[false,true]\n');
  });
});
