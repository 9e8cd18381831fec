import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { withTree, workplace } from './run.fixture.ts';
import { visible } from './visible.ts';

const steering = [0x00, 0x07, 0x1b, 0x7f, 0x85, 0x9b, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069];

it('writes what steers a terminal as JSON does, and nothing else', () => {
  for (const code of steering) {
    expect(visible(`a${String.fromCharCode(code)}b`)).toBe(`a\\u${code.toString(16).padStart(4, '0')}b`);
  }
  expect(visible('one\r\n\ttwo')).toBe('one\\r\\n\\ttwo');
  const harmless = fc.string({ unit: 'binary' }).map((text) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ''));
  fc.assert(fc.property(harmless, (text) => visible(text) === text));
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => visible(visible(text)) === visible(text)));
});

const place = workplace();
const { cli, json, ok } = place;
const forged = `ok\n40  2026-01-01T00:00:00.000Z  root\u001b[2J\u0007${String.fromCharCode(...steering)}`;
const reason = ['--reason', forged];

beforeEach(async () => {
  await withTree(place);
  const password = ['url=https://jira.example.com', 'password@-'];
  await ok(['set-default', 'instance', 'jira', `username=${forged}`, ...password, ...reason], 'hunter2');
  await ok(['override', 'project/top', 'jira', `username=own ${forged}`, ...reason, '--actor', 'me\u202e']);
  await ok(['register', 'project/odd\u202eid', 'instance']);
});

it.each([
  'effective project/top',
  'effective project/top jira',
  'effective project/odd\u202eid jira',
  'own project/top jira',
  'explain project/top jira',
  'timeline project/top jira',
  'audit',
  'audit --backwards --reached',
  'overrides jira',
  'scopes',
  'find odd',
  'preview reset project/top jira',
  'preview remove project/odd\u202eid',
  'verify',
])('lets no text that others wrote steer the terminal of %j', async (words) => {
  const out = await ok(words);
  for (const code of steering) expect(out).not.toContain(String.fromCharCode(code));
  expect(out).not.toContain('\n40 ');
});

it.each([
  ['override', 'project/top', 'jira', `commit_events=${forged}`],
  ['effective', `project/${forged}`, 'jira'],
  ['effective', 'project/top', forged],
])('lets no error that quotes what was given steer the terminal: %s', async (...words) => {
  const { code, err } = await cli(words);
  expect(code).toBeGreaterThan(0);
  for (const control of steering) expect(err).not.toContain(String.fromCharCode(control));
  expect(err).not.toContain('\n40 ');
});

it('lets no reason pass for another event', async () => {
  const rows = (await ok('audit --scope instance')).trimEnd().split('\n').slice(1);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toContain('ok\\n40  2026-01-01T00:00:00.000Z  root\\u001b[2J\\u0007');
});

it('gives machines what was written', async () => {
  expect(await json('effective project/top jira')).toMatchObject({ values: { username: `own ${forged}` } });
  expect((await cli('audit --csv')).out).toContain(forged);
});
