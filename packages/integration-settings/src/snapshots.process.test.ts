import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openFileSnapshotStore } from '@integration-settings/adapters/snapshots';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import { expect, it } from 'vitest';
import { open } from './settings.fixture.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

const program = fileURLToPath(new URL('write-snapshots.fixture.ts', import.meta.url));
const root = temporaryFolder();

/** Runs the program until it has said something so often, then kills it; to its end where it never does. */
const run = async (folder: string, word: string, times: number): Promise<readonly string[]> => {
  const options = ['--disable-warning=ExperimentalWarning', program, folder];
  const child: ChildProcess = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const reading = createInterface({ input: child.stdout! });
  reading.on('line', (line) => {
    lines.push(line);
    if (lines.filter((one) => one === word).length === times) child.kill('SIGKILL');
  });
  await Promise.all([once(child, 'exit'), once(reading, 'close')]);
  return lines;
};

it.each([
  { word: 'page', times: 1 },
  { word: 'page', times: 4 },
  { word: 'page', times: 9 },
  { word: 'closed', times: 1 },
])('opens from what is whole after a kill at "$word" $times while a snapshot was written', async ({ word, times }) => {
  const folder = join(root(), `${word}-${times}`);
  await mkdir(folder);
  const openHere = async () =>
    open({
      eventStore: await openSqliteEventStore({ file: join(folder, 'events.db') }),
      snapshots: await openFileSnapshotStore({ folder: join(folder, 'snapshots') }),
      keyring: 'none',
    });
  expect(await run(folder, 'never', 1)).toContain('closed'); // leaves a whole one
  expect(await run(folder, word, times)).toContain('executed');
  const settings = await openHere();
  expect(settings.position).toBe(101n);
  expect(settings.effective('instance', 'chat').values).toEqual({ channel: 'run 2' });
  expect(settings.counts('chat').total).toBe(100);
  expect(await settings.verify()).toMatchObject({ ok: true, events: 102, differences: [] });
  await settings.close();
  const snapshots = await openFileSnapshotStore({ folder: join(folder, 'snapshots') });
  const listed = await snapshots.list('integrations');
  expect(listed[0]?.position).toBe(101n); // the one that was not finished before, or its successor
  for (const header of listed) {
    let pages = 0;
    for await (const page of snapshots.read(header)) pages += Math.sign(page.length);
    expect(pages).toBeGreaterThan(0);
  }
  await snapshots.close();
});
