import { readFileSync, readdirSync } from 'node:fs';
import { beforeEach, expect, it } from 'vitest';
import { withTree, workplace } from './run.fixture.ts';

const place = workplace();
const { path, cli, ok } = place;
const secret = 'correct-horse-battery-staple';
const jira = ['jira', 'url=https://jira.example.com'];

beforeEach(async () => {
  await withTree(place);
  await ok(['set-default', 'instance', ...jira, 'password@-'], secret);
  await ok('override project/backend/api jira username=me');
});

it.each(
  [
    'effective project/backend/api jira',
    'effective project/backend/api',
    'own instance jira',
    'own project/backend/api jira',
    'explain project/backend/api jira',
    'overrides jira',
    'preview lock instance jira',
    'preview reset instance jira',
    'preview use-custom project/top jira username=you',
    'use-custom project/top jira username=you',
  ].flatMap((words) => [words, `${words} --json`]),
)('%s shows no secret', async (words) => {
  expect(await ok(words)).not.toContain(secret);
});

it('shows the mask in its place', async () => {
  expect(await ok('effective project/top jira')).toMatch(/^password +\*{8}$/m);
});

it('refuses a secret among the arguments, and does not repeat it', async () => {
  const given = await cli(['set-default', 'instance', 'jira', `password=${secret}`]);
  const misplaced = await cli(['set-default', 'instance', 'jira', secret]);
  const asOption = await cli(['set-default', 'instance', 'jira', `--password=${secret}`]);
  for (const { code, out, err } of [given, misplaced, asOption]) {
    expect(code).toBe(2);
    expect(out + err).not.toContain(secret);
  }
  expect(given.err).toContain('password@env:NAME');
});

it.each([
  ['a value too many', 'use-inherited project/top jira active=on password=SECRET', 'but got 4.'],
  ['a value of what takes none', 'reset project/top jira password=SECRET', 'but got 3.'],
  ['a short option', 'override project/top jira -pSECRET', "unknown option '-p'"],
  ['a short option with a sign', 'override project/top jira -p=SECRET', "unknown option '-p'"],
  ['a long option', 'override project/top jira --password@SECRET', "unknown option '--password'"],
  ['a field to lock', 'lock instance jira url password=SECRET', 'Field 2 is no name of a field.'],
  ['a field to unlock', 'unlock instance jira password@SECRET', 'Field 1 is no name of a field.'],
  ['a field to inherit', 'inherit project/backend/api jira username SECRET!', 'Field 2 is no name of a field.'],
  ['a command', 'password=SECRET', "unknown command 'password'"],
])('does not repeat a secret that is given as %s', async (_what, words, message) => {
  for (const before of ['', 'preview ']) {
    for (const after of ['', ' --json']) {
      const { code, out, err } = await cli((before + words + after).replace('SECRET', secret));
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain(message);
      expect(err).not.toContain(secret);
    }
  }
});

it('does not repeat any line of a secret', async () => {
  const { code, err } = await cli(['reset', 'instance', 'jira', `password=first\n${secret}'\n${secret}`]);
  expect(code).toBe(2);
  expect(err).not.toContain(secret);
});

it('does not repeat a secret in an error about it', async () => {
  const words = ['set-default', 'instance', 'slack', 'webhook@-', 'push_events=maybe'];
  const { code, out, err } = await cli([...words, '--json'], secret);
  expect(code).toBe(1);
  expect(out + err).toContain('webhook');
  expect(out + err).not.toContain(secret);
});

it('keeps no secret in clear in any file', () => {
  const files = readdirSync(path('.'));
  expect(files).toContain('settings.sqlite');
  for (const file of files) expect(readFileSync(path(file)).includes(secret), file).toBe(false);
});
