import { beforeEach, describe, expect, it } from 'vitest';
import { runHere, withTree, workplace } from './run.fixture.ts';

const place = workplace();
const { cli } = place;
beforeEach(() => withTree(place));

describe('exit code 2, not understood,', () => {
  it.each([
    ['an unknown command', 'frobnicate'],
    ['an unknown option', 'scopes --colour'],
    ['a missing argument', 'effective'],
    ['one argument too many', 'explain instance jira more'],
    ['a scope that is none', 'effective everything'],
    ['a default of a project', 'set-default project/top linear active=on'],
    ['custom settings of the instance', 'use-custom instance linear'],
    ['a value without a name', 'set-default instance linear https://linear.app'],
    ['values for inherited settings', 'use-inherited project/top linear workspace_url=https://a.example'],
    ['a limit that is no number', 'overrides jira --limit many'],
    ['a page of nothing', 'scopes --limit 0'],
    ['a sample beyond bounds', 'preview lock instance linear --sample 1001'],
    ['an exact lock without fields', 'lock instance jira --only'],
    ['a bound without removal', 'import - --at-most 3'],
    ['an unknown format', 'import - --format csv'],
    ['a namespace that is none', 'scopes --namespace my-settings'],
  ])('is for %s', async (_what, words) => {
    const { code, out, err } = await cli(words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^Error: .+\nSee: integration-settings --help/);
  });

  it('is for a store of another kind', async () => {
    const { code, err } = await runHere(['scopes', '--store', 'http://admin:hunter2@localhost']);
    expect({ code, err }).toMatchObject({ code: 2, err: expect.not.stringContaining('hunter2') as string });
  });

  it.each(['', 'preview'])('is for no command after "%s", with the help on the error output', async (words) => {
    const { code, out, err } = await cli(words === '' ? [] : words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('Usage: integration-settings');
  });
});

describe('exit code 1, rejected or failed,', () => {
  it.each([
    ['an unknown scope', 'effective project/nowhere linear', 'There is no scope "project/nowhere".'],
    ['an unknown integration', 'counts nothing', 'The catalog has no integration "nothing".'],
    ['a change below a lock', 'use-custom project/top linear', 'linear'],
    ['a key file that is not there', 'scopes --key-file /no/such/file', '/no/such/file'],
    ['a tree that is not there', 'import /no/such/file', '/no/such/file'],
    ['a catalog that is not there', 'scopes --catalog ./no-such-file.js', 'no-such-file'],
  ])('is for %s, in one line', async (_what, words, message) => {
    await cli('set-default instance linear workspace_url=https://linear.app/acme');
    await cli('lock instance linear');
    const { code, out, err } = await cli(words);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^Error: .+\n$/);
    expect(err).toContain(message);
  });

  it('names every fault of the values, a line each', async () => {
    const { code, err } = await cli('set-default instance jira url=nowhere foo=1 issues_enabled=maybe');
    expect(code).toBe(1);
    expect(err.trim().split('\n').slice(1)).toEqual([
      expect.stringMatching(/^ {2}url: /),
      expect.stringMatching(/^ {2}foo: /),
      expect.stringMatching(/^ {2}issues_enabled: /),
      expect.stringMatching(/^ {2}password: /),
    ]);
  });
});

it('tells machines of errors in JSON, on the error output', async () => {
  const rejected = await cli('set-default instance jira url=nowhere --json');
  const misread = await cli('effective --json');
  expect([rejected.out, misread.out]).toEqual(['', '']);
  expect(JSON.parse(rejected.err)).toMatchObject({
    error: { code: 'COMMAND_REJECTED', reason: 'InvalidValues', issues: [{ field: 'url' }, { field: 'password' }] },
  });
  expect(JSON.parse(misread.err)).toMatchObject({ error: { code: 'USAGE' } });
});

it.each(['--json', 'preview --json'])(
  'tells machines of no command in "%s" in JSON, without the help',
  async (words) => {
    const { code, out, err } = await cli(words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(JSON.parse(err)).toEqual({ error: { code: 'USAGE', message: 'No command was given.' } });
  },
);
