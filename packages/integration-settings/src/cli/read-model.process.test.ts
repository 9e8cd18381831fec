import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildPackages } from '../../../../scripts/build.ts';
import { workplace } from './run.fixture.ts';

const { path, json, ok } = workplace();
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const projects = 6_000;

beforeAll(async () => {
  expect(await buildPackages()).toBe(0);
}, 180_000);

beforeEach(async () => {
  await ok('init');
  await ok('import -', Array.from({ length: projects }, (_, number) => `team/app-${number}\n`).join(''));
});

/** Starts a command on the read model, and waits until it has told of its first step. */
const begun = async (task: 'rebuild' | 'verify'): Promise<ChildProcess & { readonly rest: Promise<string> }> => {
  const words = [task, '--read-model', path('read-model.sqlite'), '--store', `sqlite:${path('settings.sqlite')}`];
  const child = spawn(process.execPath, [main, ...words, '--json'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 60_000,
  });
  const lines = createInterface(child.stderr);
  const [first] = (await once(lines, 'line')) as [string];
  expect(JSON.parse(first)).toMatchObject({ total: projects + 1, secondsLeft: expect.any(Number) as number });
  return Object.assign(child, { rest: text(child.stderr) });
};

/** How many scopes anybody sees. */
const scopes = (): unknown => {
  using database = new DatabaseSync(path('read-model.sqlite'), { readOnly: true });
  return database.prepare('SELECT count(*) AS scopes FROM scopes').get()!['scopes'];
};

describe.each(['rebuild', 'verify'] as const)('%s of a read model', (task) => {
  const words = () => [task, '--read-model', path('read-model.sqlite')];

  it.each(['SIGKILL', 'SIGINT'] as const)(
    'that is stopped by %s leaves what holds, and goes on the next time',
    async (signal) => {
      await ok(['rebuild', '--read-model', path('read-model.sqlite')]);
      const child = await begun(task);
      child.kill(signal);
      const ended = await once(child, 'exit');
      expect(ended).toEqual(signal === 'SIGKILL' ? [null, 'SIGKILL'] : [1, null]);
      if (signal === 'SIGINT') expect(await child.rest).toContain('Interrupted.');
      expect(scopes()).toBe(projects + 2);
      const { events, differences } = (await json(words())) as { events: number; differences: readonly string[] };
      expect(differences).toEqual([]);
      expect(events).toBeLessThan(projects);
      expect(scopes()).toBe(projects + 2);
      expect(await json(['verify', '--read-model', path('read-model.sqlite')])).toMatchObject({ events: projects + 1 });
    },
  );
});
