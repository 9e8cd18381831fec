import { beforeEach, describe, expect, it } from 'vitest';
import { withTree, workplace } from './run.fixture.ts';

const place = workplace();
const { cli, ok, json } = place;
const [acme, other] = ['workspace_url=https://linear.app/acme', 'workspace_url=https://linear.app/other'];

interface Receipt {
  readonly position: string;
  readonly events: readonly { readonly metadata: { readonly at: string } }[];
}

/** What was recorded last before `other` took the place of `acme`. */
let then: Receipt;
beforeEach(async () => {
  await withTree(place);
  then = (await json(`set-default instance linear ${acme}`)) as Receipt;
  await ok(['set-default', 'instance', 'linear', other, '--reason', 'moved, "at last"']);
});

describe('--at', () => {
  it('shows what was, by position and by time', async () => {
    for (const moment of [then.position, then.events[0]!.metadata.at]) {
      expect(await json(`effective project/top linear --at ${moment}`)).toMatchObject({ values: valuesOf(acme) });
      expect(await json(`own instance linear --at ${moment}`)).toMatchObject({ values: valuesOf(acme) });
    }
    expect(await ok(`explain project/top linear --at ${then.position}`)).toContain('linear.app/acme');
    expect(await json('effective project/top linear')).toMatchObject({ values: valuesOf(other) });
  });

  it('counts and lists what was', async () => {
    await ok(`use-custom project/top linear`);
    expect(await json(`counts linear --at ${then.position}`)).toMatchObject({ byMode: { inherited: 4, custom: 0 } });
    expect(await json(`overrides linear --at ${then.position}`)).toEqual({ items: [] });
    expect(await json('scopes --at 0')).toMatchObject({ items: [{}] });
  });

  it('finds what was there, under the name it had', async () => {
    await ok('rename project/backend/api renamed');
    expect(await json('find renamed')).toEqual([{ scope: { project: 'backend/api' }, name: 'renamed' }]);
    expect(await json(`find renamed --at ${then.position}`)).toEqual([]);
    expect(await json(`find api --at ${then.position} --within group/backend`)).toMatchObject([
      { name: 'backend/api' },
    ]);
  });

  it('takes a time without an offset as local, and says so', async () => {
    const { code, err } = await cli('scopes --at 2999-01-31T12:00');
    expect(code).toBe(0);
    expect(err).toMatch(/^--at is taken as 2999-01-31T12:00[+-]\d\d:\d\d\n$/);
    expect((await cli(['scopes', '--at', '2999-01-31'])).err).toMatch(/ 2999-01-31T00:00[+-]\d\d:\d\d\n$/);
  });

  it('says so to machines in a JSON line, whatever comes after it', async () => {
    const { code, err } = await cli('effective project/nowhere linear --at 2999-01-31 --json');
    expect(code).toBe(1);
    expect(
      err
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { note: expect.stringMatching(/^--at is taken as 2999-01-31T00:00[+-]\d\d:\d\d$/) as string },
      { error: expect.objectContaining({ code: expect.any(String) as string }) as object },
    ]);
  });

  it.each(['soon', '2026-02-30', '2026-01-31T25:00', '-7', ''])('is not understood as %j', async (moment) => {
    expect(await cli(['scopes', `--at=${moment}`])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--at is no moment') as string,
    });
  });

  it('fails for a time before the first event and a position that is not there', async () => {
    expect(await cli('scopes --at 2001-01-01T00:00Z')).toMatchObject({ code: 1, out: '' });
    expect(await cli('scopes --at 10000')).toMatchObject({ code: 1, out: '' });
  });
});

describe('timeline', () => {
  it('shows what changed, when and why', async () => {
    await ok('lock instance linear');
    const lines = (await ok('timeline project/top linear')).trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[2]).toContain(`mode: unconfigured → inherited, source: – → instance`);
    expect(lines[3]).toMatch(
      /cli .*InstanceDefaultChanged .*linear\.app\/acme → .*linear\.app\/other .*moved, "at last"/,
    );
    expect(lines[4]).toContain('locked by: – → instance');
  });

  it('is complete as JSON', async () => {
    const entries = (await json('timeline project/top linear')) as object[];
    expect(entries.at(-1)).toMatchObject({ before: { values: valuesOf(acme) }, after: { values: valuesOf(other) } });
  });

  it('says when the scope is gone, and when all that changed is a secret', async () => {
    await ok('use-custom project/top jira url=https://jira.example.com username=me password@-', 'one');
    await ok('use-custom project/top jira password@-', 'two');
    await ok('remove project/top');
    const lines = (await ok('timeline project/top jira')).trimEnd().split('\n');
    expect(lines.at(-2)).toContain('secrets changed');
    expect(lines.at(-1)).toContain('the scope is gone');
  });
});

describe('audit', () => {
  it('prints a table', async () => {
    const lines = (await ok('audit --integration linear --reached')).trimEnd().split('\n');
    expect(lines[0]).toMatch(/^position +at +by +scope +integration +event +change +reason +reached$/);
    expect(lines[1]).toMatch(
      / cli +instance +linear +InstanceDefaultSet +active: – → true, workspace_url: – → .*acme +4$/,
    );
    expect(lines).toHaveLength(3);
  });

  it('prints CSV', async () => {
    const lines = (await ok('audit --scope instance --backwards --limit 1 --csv')).trimEnd().split('\n');
    expect(lines[0]).toBe('position,at,by,scope,integration,event,change,reason');
    expect(lines[1]).toMatch(/^\d+,[^,]+,cli,instance,linear,InstanceDefaultChanged,.*,"moved, ""at last"""$/);
    expect(lines).toHaveLength(2);
  });

  it('prints a JSON document a line', async () => {
    const lines = (await ok(`audit --from ${then.position} --reached --json`)).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { actor: 'cli', scope: 'instance', changed: { workspace_url: {} }, reason: 'moved, "at last"', reached: 4 },
    ]);
  });

  it('goes on with what comes', async () => {
    const following = ok('audit --follow --by somebody --limit 1 --csv');
    await ok('set-default instance linear active=off --actor somebody');
    expect(await following).toMatch(/,somebody,instance,linear,InstanceDefaultChanged,active: true → false,/);
  });

  it('is about whom and when it is asked for', async () => {
    expect(await ok('audit --by nobody --csv')).toBe('position,at,by,scope,integration,event,change,reason\n');
    expect((await ok(`audit --to ${then.position} --integration linear --json`)).trimEnd().split('\n')).toHaveLength(1);
  });

  it.each([
    '--csv --json',
    '--follow --backwards',
    '--follow --to 7',
    '--limit none',
    '--scope nowhere',
    '--from soon',
  ])('does not understand %s', async (options) => {
    expect(await cli(`audit ${options}`)).toMatchObject({ code: 2, out: '' });
  });
});

describe('revert', () => {
  it('gives back what was', async () => {
    await ok(`revert instance linear ${then.position} --reason undo`);
    expect(await json('effective project/top linear')).toMatchObject({ values: valuesOf(acme) });
    expect(await ok(`revert instance linear ${then.events[0]!.metadata.at}`)).toContain('Nothing to do');
  });

  it('can be previewed', async () => {
    expect(await json(`preview revert instance linear ${then.position}`)).toMatchObject({ affected: 4 });
    expect(await json('effective project/top linear')).toMatchObject({ values: valuesOf(other) });
  });

  it('does not understand what is no moment', async () => {
    expect(await cli('revert instance linear soon')).toMatchObject({ code: 2 });
  });
});

describe('verify and rebuild', () => {
  it('find nothing to differ', async () => {
    expect(await ok('verify')).toContain('All is as the events say.');
    expect(await json('verify')).toMatchObject({ ok: true, differences: [], keysLeft: 0 });
    expect(await json('rebuild')).toMatchObject({ differences: [] });
    expect(await ok('rebuild')).toMatch(/^\d+ events up to position \d+ in \d+\.\d s\n$/);
  });

  it('tell a program how far they have come', async () => {
    const { err } = await cli('rebuild --json');
    const told = err
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { events: number; total: number });
    expect(told.at(-1)).toMatchObject({ secondsLeft: 0 });
    expect(told.at(-1)!.events).toBe(told.at(-1)!.total);
  });
});

/** `name=value`, as settings show it. */
const valuesOf = (assignment: string): object => {
  const [name = '', value] = assignment.split('=');
  return { [name]: value };
};
