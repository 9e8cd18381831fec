import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import {
  type EventStoreDbServer,
  startEventStoreDbServer,
} from '@integration-settings/adapters/testing/eventstoredb-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildPackages } from '../../../../scripts/build.ts';
import { runHere, workplace } from './run.fixture.ts';

const { path, ok } = workplace();
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

let server: EventStoreDbServer;
beforeAll(async () => {
  expect(await buildPackages()).toBe(0);
  server = await startEventStoreDbServer();
}, 180_000);
afterAll(() => server.close());

/** The store of the workplace, with a tree, a default and something custom in it. */
const fill = async (projects: number): Promise<void> => {
  await ok('init');
  await ok('import -', Array.from({ length: projects }, (_, number) => `team-${number % 9}/app-${number}\n`).join(''));
  await ok('set-default instance jira url=https://jira.example.com password@-', 'hunter2');
  await ok('use-custom project/team-1/app-1 jira url=https://other.example.com password@-', 'hunter3');
};

const copied = async (from: string, to: string): Promise<Record<string, unknown>> => {
  const { code, out, err } = await runHere(['copy', '--from', from, '--to', to, '--json']);
  expect({ code, err }).toEqual({ code: 0, err: expect.not.stringContaining('"error"') as string });
  return JSON.parse(out) as Record<string, unknown>;
};

it('copies a file to EventStoreDB, killed on the way and started again, and back to a file', async () => {
  await fill(3_000);
  const source = `sqlite:${path('settings.sqlite')}`;
  const child = spawn(process.execPath, [main, 'copy', '--from', source, '--to', server.connectionString, '--json'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 60_000,
  });
  const [line] = (await once(createInterface(child.stderr), 'line')) as [string];
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(JSON.parse(line)).toMatchObject({ events: expect.any(Number) as number, total: expect.any(Number) as number });

  const there = await copied(source, server.connectionString);
  const back = await copied(server.connectionString, `sqlite:${path('copy.sqlite')}`);
  expect(there['copied']).toBeLessThan(there['events'] as number);
  expect(there['copied']).toBeGreaterThan(0);
  expect(back).toMatchObject({ events: there['events'], copied: there['events'], digest: there['digest'] });
  const again = await copied(source, `sqlite:${path('copy.sqlite')}`);
  expect(again).toMatchObject({ copied: 0, events: there['events'], digest: there['digest'] });

  const words = ['effective', 'project/team-1/app-1', 'jira', '--json'];
  const [before, after] = await Promise.all(
    [source, `sqlite:${path('copy.sqlite')}`].map((store) => runHere([...words, '--store', store])),
  );
  const { position: _, ...settings } = JSON.parse(before!.out) as { position: unknown };
  expect(JSON.parse(after!.out)).toMatchObject(settings);
}, 120_000);

it('copies to the end when nobody reads on how far it is', async () => {
  await fill(3_000);
  const [from, to] = ['settings', 'copy'].map((name) => `sqlite:${path(`${name}.sqlite`)}`);
  const child = spawn(process.execPath, [main, 'copy', '--from', from!, '--to', to!, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  child.stderr.once('data', () => child.stderr.destroy());
  const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  expect(code).toBe(0);
  expect(await copied(from!, to!)).toMatchObject({ copied: 0, events: (JSON.parse(out) as { events: number }).events });
}, 120_000);

it('ends with 1 where the target holds something else, and names it', async () => {
  await fill(2);
  const file = path('other.sqlite');
  const other = await openSqliteEventStore({ file });
  const event = { id: crypto.randomUUID(), type: 'SomethingHappened', data: {}, metadata: {} };
  await other.appendToStream('integrations.group-x', [event], { expectedRevision: 'no_stream' });
  await other.appendToStream('elsewhere.group-x', [event], { expectedRevision: 'no_stream' });
  await other.close();
  const words = ['copy', '--from', `sqlite:${path('settings.sqlite')}`, '--to', `sqlite:${file}`];
  const { code, out, err } = await runHere(words);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain('The target holds something else: revision 0 of stream "integrations.group-x"');
});

it('tells people what was copied, and refuses what it cannot understand', async () => {
  await fill(2);
  const from = ['--from', `sqlite:${path('settings.sqlite')}`];
  const done = await runHere(['copy', ...from, '--to', `sqlite:${path('copy.sqlite')}`]);
  expect(done).toMatchObject({ code: 0, err: '' });
  expect(done.out).toMatch(/^\d+ events copied in [\d.]+ s\.\nBoth stores say the same: \d+ events, 4 scopes, digest /);
  expect(await runHere(['copy', ...from])).toMatchObject({ code: 2, err: expect.stringContaining('--to') as string });
  const unreadable = await runHere(['copy', ...from, '--to', 'esbd://admin:hunter2@host']);
  expect(unreadable).toMatchObject({ code: 2, err: expect.not.stringContaining('hunter2') as string });
  const nowhere = await runHere(['copy', '--from', `sqlite:${path('none.sqlite')}`, '--to', 'sqlite:other.sqlite']);
  expect(nowhere).toMatchObject({ code: 1, err: expect.stringContaining('There is no store') as string });
});
