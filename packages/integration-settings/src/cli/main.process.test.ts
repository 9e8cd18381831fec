import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { buildPackages } from '../../../../scripts/build.ts';
import { type Outcome, workplace } from './run.fixture.ts';

const { path } = workplace();
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

beforeAll(async () => {
  expect(await buildPackages()).toBe(0);
}, 180_000);

const start = (words: readonly string[], stdout: 'pipe' | number = 'pipe'): ChildProcessWithoutNullStreams => {
  const store = `sqlite:${path('settings.sqlite')}`;
  const env = { ...process.env, INTEGRATION_SETTINGS_STORE: store, JIRA_PASSWORD: 'hunter2' };
  const stdio = ['pipe', stdout, 'pipe'] as const;
  return spawn(process.execPath, [main, ...words], {
    env,
    timeout: 30_000,
    stdio: [...stdio],
  }) as ChildProcessWithoutNullStreams;
};

const runToEnd = async (words: readonly string[], input = ''): Promise<Outcome> => {
  const child = start(words);
  child.stdin.end(input);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: code as number, out, err };
};

it('is a program for the Node that is there', () => {
  expect(readFileSync(main, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
});

it('takes a store from empty to settings that hold, across processes', async () => {
  const words = ['set-default', 'instance', 'jira', 'url=https://jira.example.com'];
  const outcomes = [
    await runToEnd(['init']),
    await runToEnd(['import', '-'], 'backend/api\n'),
    await runToEnd([...words, 'password@env:JIRA_PASSWORD']),
    await runToEnd(['use-custom', 'project/backend/api', 'jira', 'password@-'], 'correct horse\n'),
    await runToEnd(['effective', 'project/backend/api', 'jira', '--json']),
  ];
  expect(outcomes.map(({ code, err }) => ({ code, err }))).toEqual(outcomes.map(() => ({ code: 0, err: '' })));
  expect(JSON.parse(outcomes.at(-1)!.out)).toMatchObject({ mode: 'custom', values: { password: '********' } });
  expect(outcomes.map(({ out }) => out).join('')).not.toMatch(/hunter2|correct horse/);
});

it('ends with 1 where it failed and 2 where it was not understood, without a stack', async () => {
  const failed = await runToEnd(['scopes']);
  const misread = await runToEnd(['frobnicate']);
  expect([failed.code, misread.code]).toEqual([1, 2]);
  expect(failed.err + misread.err).not.toMatch(/^\s+at /m);
});

it('ends quietly when nobody reads on', async () => {
  const child = start(['integrations', '--json']);
  child.stdout.once('data', () => child.stdout.destroy());
  const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
});

it('ends at once what only prints when nobody reads on, and goes on with what changes something', async () => {
  for (const words of [['init'], ['import', '-']]) {
    const child = start(words);
    child.stdout.destroy();
    child.stdin.end('backend/api\n');
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  }
  const following = start(['audit', '--follow', '--json']);
  following.stdout.once('data', () => following.stdout.destroy());
  const ended = once(following, 'close');
  await once(following.stdout, 'close');
  await runToEnd(['rename', 'project/backend/api', 'renamed']);
  expect(await ended).toEqual([0, null]);
  expect((await runToEnd(['find', 'renamed'])).out).toContain('project/backend/api');
});

it.runIf(existsSync('/dev/full'))(
  'says that the output could not be written, not that the command failed',
  async () => {
    await runToEnd(['init']);
    const full = openSync('/dev/full', 'w');
    const child = start(['register', 'group/web', 'instance', '--json'], full);
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    closeSync(full);
    expect(code).toBe(1);
    expect(JSON.parse(err)).toMatchObject({
      error: { code: 'ENOSPC', message: expect.stringMatching(/^The output could not be written;/) as string },
    });
    expect((await runToEnd(['scopes'])).out).toContain('group/web');
  },
);
