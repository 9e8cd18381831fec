import { writeFileSync } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { WriteStream } from 'node:tty';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readText } from './read-text.ts';
import { run } from './run.ts';
import { workplace, withTree } from './run.fixture.ts';
import { Terminal } from './terminal.ts';

const place = workplace();
/** What a terminal is to Node, which asks it for colours. */
const atTerminal = (): PassThrough & { readonly isTTY: true } =>
  Object.assign(new PassThrough(), { isTTY: true as const, columns: 120, getColorDepth: () => colorDepth() });
const colorDepth = (): number => {
  const { NO_COLOR } = process.env;
  return WriteStream.prototype.getColorDepth({
    TERM: 'xterm-256color',
    ...(NO_COLOR === undefined ? {} : { NO_COLOR }),
  });
};
const escape = String.fromCharCode(27);

beforeEach(() => {
  for (const name of ['NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS']) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

const paintAt = (stdout: PassThrough): string =>
  new Terminal({ stdin: Readable.from([]), stdout, stderr: new PassThrough() }).paint('green', 'active');

it('paints at a terminal, and nowhere else', () => {
  expect(paintAt(atTerminal())).toBe(`${escape}[32mactive${escape}[39m`);
  expect(paintAt(new PassThrough())).toBe('active');
});

it('paints nothing where NO_COLOR is set', () => {
  vi.stubEnv('NO_COLOR', '1');
  expect(paintAt(atTerminal())).toBe('active');
});

it('paints in a table what is its own, and nothing that is in a value', async () => {
  await withTree(place);
  await place.ok([
    'set-default',
    'instance',
    'linear',
    'workspace_url=https://linear.app/a',
    '--reason',
    `${escape}[31m`,
  ]);
  const printed = async (...words: readonly string[]): Promise<string> => {
    const stdout = atTerminal();
    const store = ['--store', `sqlite:${place.path('settings.sqlite')}`];
    expect(await run([...words, ...store], { stdin: Readable.from([]), stdout, stderr: new PassThrough() })).toBe(0);
    stdout.end();
    return text(stdout);
  };
  expect(await printed('effective', 'project/top')).toContain(`${escape}[32mactive${escape}[39m`);
  const audited = await printed('audit', '--scope', 'instance');
  expect(audited).toContain('\\u001b[31m');
  expect(audited).not.toContain(`${escape}[31m`);
});

it('asks for a secret at a terminal, and does not show what is typed', async () => {
  const stdin = atTerminal();
  const stderr = new PassThrough();
  const stdout = new PassThrough();
  const typed = readText('password', '-', new Terminal({ stdin, stdout, stderr }));
  stdin.write('hunter2\r');
  expect(await typed).toBe('hunter2');
  stdout.end();
  stderr.end();
  expect([await text(stdout), await text(stderr)]).toEqual(['', 'password: \n']);
});

it.each(['\u0003', '\u0004'])('gives up asking when %j is typed', async (key) => {
  const stdin = atTerminal();
  const nowhere = new PassThrough();
  const typed = readText('password', '-', new Terminal({ stdin, stdout: nowhere, stderr: nowhere }));
  stdin.write(key);
  await expect(typed).rejects.toThrow('No text was given for password.');
});

it('shows how far an import is while somebody looks on, apart from the result', async () => {
  await withTree(place);
  writeFileSync(place.path('tree.tsv'), 'mobile/app\n');
  const stdout = new PassThrough();
  const stderr = atTerminal();
  const words = ['import', place.path('tree.tsv'), '--store', `sqlite:${place.path('settings.sqlite')}`];
  expect(await run(words, { stdin: Readable.from([]), stdout, stderr })).toBe(0);
  stdout.end();
  stderr.end();
  expect(await text(stderr)).toMatch(/\d+% \| \d+ scopes, \d+\/s/);
  expect(await text(stdout)).toMatch(/^2 registered, .* in \d+\.\d s\n$/);
});

it('shows how far a copy is while somebody looks on, apart from the result', async () => {
  await withTree(place);
  const stdout = new PassThrough();
  const stderr = atTerminal();
  const [from, to] = ['settings', 'copy'].map((name) => `sqlite:${place.path(`${name}.sqlite`)}`);
  const words = ['copy', '--from', from!, '--to', to!];
  expect(await run(words, { stdin: Readable.from([]), stdout, stderr })).toBe(0);
  stdout.end();
  stderr.end();
  expect(await text(stderr)).toMatch(/100% \| 6 events, \d+\/s/);
  expect(await text(stdout)).toMatch(/^6 events copied in \d+\.\d s\.\nBoth stores say the same/);
});

it.each(['rebuild', 'verify'])('shows how far a %s of a read model is while somebody looks on', async (task) => {
  await withTree(place);
  await place.ok(['rebuild', '--read-model', place.path('read-model.sqlite')]);
  const stdout = new PassThrough();
  const stderr = atTerminal();
  const words = [task, '--read-model', place.path('read-model.sqlite')];
  const store = ['--store', `sqlite:${place.path('settings.sqlite')}`];
  expect(await run([...words, ...store], { stdin: Readable.from([]), stdout, stderr })).toBe(0);
  stdout.end();
  stderr.end();
  expect(await text(stderr)).toMatch(/100% \| 6 events, \d+\/s \| 0 s left/);
  expect(await text(stdout)).toMatch(/^6 events up to position 5/);
});
