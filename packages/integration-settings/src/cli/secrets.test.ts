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
