import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it } from 'vitest';
import { runHere, withTree, workplace } from './run.fixture.ts';

const place = workplace();
const { path, cli, json, ok } = place;
const rebuild = () => ['rebuild', '--read-model', path('read-model.sqlite')];
const verify = () => ['verify', '--read-model', path('read-model.sqlite')];

/** What any program reads in the file. */
const rows = (sql: string): readonly unknown[] => {
  using database = new DatabaseSync(path('read-model.sqlite'), { readOnly: true });
  return database.prepare(sql).all();
};
/** Does something to the file that no command does. */
const tamper = (sql: string): void => {
  using database = new DatabaseSync(path('read-model.sqlite'));
  database.exec(sql);
};

beforeEach(async () => {
  await withTree(place);
  await ok('set-default instance linear workspace_url=https://linear.app/acme');
});

describe('rebuild --read-model', () => {
  it('makes the file, which other programs ask in SQL', async () => {
    const { events, position } = (await json(rebuild())) as { readonly events: number; readonly position: string };
    expect(position).toBe(String(events - 1));
    const active = `SELECT count(*) AS active FROM effective_settings WHERE integration = 'linear' AND active`;
    expect(rows(active)).toEqual([{ active: 7 }]);
  });

  it('brings it up to date', async () => {
    await ok(rebuild());
    await ok('register project/late group/backend');
    const { position } = (await json(rebuild())) as { readonly position: string };
    expect(rows('SELECT checkpoint FROM read_model')).toEqual([{ checkpoint: Number(position) }]);
    expect(rows(`SELECT parent FROM scopes WHERE scope = 'project/late'`)).toEqual([{ parent: 'group/backend' }]);
  });

  it('names what was wrong, and puts it right', async () => {
    await ok(rebuild());
    tamper(`UPDATE scopes_1 SET name = 'Wrong' WHERE scope = 'project/backend/api'`);
    expect(await ok(rebuild())).toMatch(
      /^differed: the tree in group\/backend: project\/backend\/api\n\d+ events up to position \d+ in \d+\.\d s\n$/,
    );
    expect(await ok(rebuild())).not.toContain('differed');
  });

  it('tells a program how far it has come', async () => {
    const { err, out } = await cli([...rebuild(), '--json']);
    const { events } = JSON.parse(out) as { readonly events: number };
    const told = err
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(told).toEqual([{ events, total: events, perSecond: expect.any(Number) as number, secondsLeft: 0 }]);
  });

  it('makes no file where there is no store', async () => {
    const words = [...rebuild(), '--store', `sqlite:${path('none.sqlite')}`];
    expect(await runHere(words)).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no store') as string,
    });
    expect(existsSync(path('read-model.sqlite'))).toBe(false);
  });

  it('refuses a file that is something else, and leaves it', async () => {
    const words = ['rebuild', '--read-model', path('settings.sqlite')];
    expect(await cli(words)).toMatchObject({ code: 1, err: expect.stringContaining('settings.sqlite') as string });
    expect(await json('verify')).toMatchObject({ ok: true });
  });

  it('refuses one of another log', async () => {
    await ok(rebuild());
    const other = `sqlite:${path('other.sqlite')}`;
    await runHere(['init', '--store', other]);
    for (const words of [rebuild(), verify()]) {
      const { code, err } = await runHere([...words, '--store', other]);
      expect(code).toBe(1);
      expect(err).toContain('another log');
    }
  });
});

describe('verify --read-model', () => {
  it('finds nothing to differ in what was built', async () => {
    await ok(rebuild());
    expect(await ok(verify())).toMatch(/^\d+ events up to position \d+\nAll is as the events say\.\n$/);
    expect(await json(verify())).toMatchObject({ ok: true, differences: [] });
  });

  it('exits 1 where anything differs, names it, and mends nothing', async () => {
    await ok(rebuild());
    tamper(`UPDATE settings_1 SET active = 0`);
    for (let times = 0; times < 2; times += 1) {
      const { code, out, err } = await cli(verify());
      expect(code).toBe(1);
      expect(out).toContain('differs: linear in instance: instance\n');
      expect(err).toContain('1 difference was found.');
    }
    const { code, out } = await cli([...verify(), '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ ok: false, differences: ['linear in instance: instance'] });
  });

  it('says how to build one where there is none, and makes none', async () => {
    expect(await cli(verify())).toMatchObject({
      code: 1,
      err: expect.stringContaining('integration-settings rebuild --read-model') as string,
    });
    expect(existsSync(path('read-model.sqlite'))).toBe(false);
  });
});
