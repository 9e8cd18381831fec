import { existsSync, statSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { withTree, workplace } from './run.fixture.ts';

const place = workplace();
const { path, cli, ok, json } = place;
const linear = 'workspace_url=https://linear.app/acme';

describe('init', () => {
  it('makes a store and a key file that only its owner may read', async () => {
    expect(await json('init')).toEqual({
      store: path('settings.sqlite'),
      keyFile: path('settings.sqlite.key'),
      position: '-1',
    });
    expect(statSync(path('settings.sqlite.key')).mode & 0o777).toBe(0o600);
  });

  it('leaves what is there as it is', async () => {
    await withTree(place);
    expect(await ok('init')).toContain('as it was');
    expect(await json('scopes')).toMatchObject({ items: [{}, {}, {}] });
  });

  it('is what other commands ask for where there is no store, and they make none', async () => {
    const { code, err } = await cli('scopes');
    expect(code).toBe(1);
    expect(err).toContain(`integration-settings init --store sqlite:${path('settings.sqlite')}`);
    expect(existsSync(path('settings.sqlite'))).toBe(false);
  });

  it('says that a file is no database of ours', async () => {
    writeFileSync(path('settings.sqlite'), 'Dear diary');
    expect(await cli('init')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^Error: .*\n$/) as string,
    });
  });
});

describe('import', () => {
  beforeEach(() => withTree(place));

  it('has nothing to do the second time', async () => {
    writeFileSync(
      path('tree.jsonl'),
      '{"group":"backend","parent":null}\n{"project":"backend/api","parent":"backend"}\n',
    );
    expect(await json(['import', path('tree.jsonl')])).toMatchObject({ registered: 0, unchanged: 2, failed: [] });
  });

  it('says what it would do', async () => {
    expect(await json('import - --dry-run', 'mobile/app\n')).toMatchObject({ registered: 2 });
    expect(await json('find mobile')).toEqual([]);
  });

  it('removes what is gone, no more than it may', async () => {
    expect(await cli('import - --remove', 'backend/api\n')).toMatchObject({ code: 1 });
    expect(await json('import - --remove --at-most 4', 'backend/api\n')).toMatchObject({ removed: 4 });
    expect(await json('find frontend')).toEqual([]);
  });

  it('fails when entries do, and says which', async () => {
    const { code, out, err } = await cli('import - --format jsonl', '{"group":"g","parent":"nowhere"}\n');
    expect(code).toBe(1);
    expect(out).toContain('0 registered');
    expect(err).toContain('{"group":"g","parent":"nowhere"}: There is no scope "group/nowhere"');
  });
});

describe('the tree', () => {
  beforeEach(() => withTree(place));

  it('is registered, moved, renamed and removed scope by scope', async () => {
    await ok('register group/mobile group/frontend --name Mobile');
    await ok('register project/app group/mobile');
    await ok('move group/mobile instance');
    await ok(['rename', 'project/app', 'The app']);
    expect(await json('scopes group/mobile')).toMatchObject({
      items: [{ scope: { project: 'app' }, name: 'The app' }],
    });
    await ok('remove group/mobile');
    expect(await cli('scopes group/mobile')).toMatchObject({ code: 1 });
  });

  it('is listed page by page', async () => {
    const first = (await json('scopes --limit 2')) as { items: unknown[]; next: string };
    const second = await json(['scopes', '--limit', '2', '--after', first.next]);
    expect([first, second]).toMatchObject([
      { items: [{ scope: { group: 'backend' } }, { scope: { group: 'frontend' } }] },
      { items: [{ scope: { project: 'top' } }] },
    ]);
  });

  it('is searched', async () => {
    expect(await ok('find API --within group/backend')).toContain('project/backend/api');
  });
});

describe('settings', () => {
  beforeEach(async () => {
    await withTree(place);
    await ok(['set-default', 'instance', 'linear', linear, '--reason', 'we moved', '--actor', 'alice']);
  });

  const modeAt = async (scope: string): Promise<unknown> => {
    const { mode, active, values } = (await json(['effective', scope, 'linear'])) as Record<string, unknown>;
    return { mode, active, url: (values as Record<string, unknown>)['workspace_url'] };
  };

  it('are inherited from a default, of a group before that of the instance', async () => {
    await ok('set-default group/backend linear workspace_url=https://linear.app/backend');
    expect(await modeAt('project/backend/api')).toEqual({
      mode: 'inherited',
      active: true,
      url: 'https://linear.app/backend',
    });
    expect(await modeAt('project/top')).toEqual({ mode: 'inherited', active: true, url: 'https://linear.app/acme' });
    await ok('reset group/backend linear');
    expect(await modeAt('project/backend/api')).toMatchObject({ url: 'https://linear.app/acme' });
  });

  it('become custom and inherited again', async () => {
    await ok('use-custom project/top linear workspace_url=https://linear.app/top');
    expect(await modeAt('project/top')).toEqual({ mode: 'custom', active: true, url: 'https://linear.app/top' });
    await ok('use-inherited project/top linear active=off');
    expect(await modeAt('project/top')).toEqual({ mode: 'partial', active: false, url: 'https://linear.app/acme' });
    await ok('reset project/top linear');
    expect(await modeAt('project/top')).toMatchObject({ mode: 'inherited', active: true });
  });

  it('are overridden by field and given back', async () => {
    await ok('override project/top linear active=off');
    expect(await json('own project/top linear')).toMatchObject({ mode: 'partial', active: false, values: {} });
    await ok('inherit project/top linear active');
    expect(await json('own project/top linear')).toMatchObject({ mode: 'none', revision: '1' });
  });

  it('are locked and unlocked, wholly and by field', async () => {
    await ok('use-custom project/top linear workspace_url=https://linear.app/top');
    await ok('lock instance linear');
    expect(await modeAt('project/top')).toMatchObject({ mode: 'inherited' });
    expect(await ok('overrides linear')).toContain('hidden by a lock');
    await ok('lock instance linear active --only');
    expect(await json('own instance linear')).toMatchObject({ lock: ['active'] });
    await ok('unlock instance linear');
    expect(await modeAt('project/top')).toMatchObject({ mode: 'custom' });
  });

  it('say who set what, when and why', async () => {
    const text = await ok('explain project/top linear');
    expect(text).toMatch(/workspace_url +https:\/\/linear\.app\/acme +instance +alice +\S+Z +we moved/);
  });

  it('are counted and listed', async () => {
    await ok('use-custom project/top linear');
    await ok('override project/backend/api linear active=off');
    expect(await json('counts linear')).toMatchObject({ total: 4, active: 3, byMode: { custom: 1, partial: 1 } });
    expect(await json('counts linear --within group/backend')).toMatchObject({ total: 2, byMode: { custom: 0 } });
    const first = (await json('overrides linear --limit 1')) as { items: unknown[]; next: string };
    const second = (await json(['overrides', 'linear', '--after', first.next])) as typeof first;
    expect([...first.items, ...second.items]).toMatchObject([{ own: 'custom' }, { own: 'partial' }]);
  });

  it('show for all integrations those that are configured', async () => {
    const { out, err } = await cli('effective project/top');
    expect(out).toContain('linear');
    expect(out).not.toContain('jira');
    expect(err).toContain('--all');
    expect(await ok('effective project/top --all')).toContain('jira');
  });

  it('are previewed without a change', async () => {
    await ok('use-custom project/top linear workspace_url=https://linear.app/top');
    const words = ['set-default', 'instance', 'linear', 'active=off'];
    expect(await json(['preview', ...words, '--sample', '1'])).toMatchObject({
      affected: 3,
      unaffected: { custom: 1 },
      events: [{ type: 'InstanceDefaultChanged' }],
      sample: [{ before: { active: true }, after: { active: false } }],
    });
    expect(await ok(['preview', ...words])).toContain('Would change 3 projects. Nothing was changed.');
    expect(await modeAt('project/top')).toMatchObject({ active: true });
  });

  it('are changed only while the preview holds, where that is asked for', async () => {
    const { position } = (await json('preview lock instance linear')) as { position: string };
    await ok('override project/top linear active=off');
    const refused = await cli(['lock', 'instance', 'linear', '--if-impact-at', position, '--json']);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(JSON.parse(refused.err)).toMatchObject({ error: { code: 'PREVIEW_OUTDATED' } });
  });

  it('say that there is nothing to do, and that it was done before', async () => {
    expect(await ok(['set-default', 'instance', 'linear', linear])).toBe('Nothing to do: it is so already.\n');
    const id = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';
    const words = ['lock', 'instance', 'linear', '--command-id', id];
    expect(await ok(words)).toContain('Done: DefaultLocked');
    expect(await ok(words)).toContain('Done before: DefaultLocked');
  });

  it('stay apart by namespace', async () => {
    const other = '--namespace other';
    expect(await json(`effective instance linear ${other}`)).toMatchObject({ mode: 'unconfigured' });
  });

  it('can be of a catalog of one’s own', async () => {
    const text = `export default { definitions: { pager: { fields: { number: { type: 'integer' } } } },
      parseForm: (_name, entries) => ({ values: { number: Number(Object.fromEntries(entries).number) }, issues: [] }) };`;
    writeFileSync(path('catalog.mjs'), text);
    const mine = ['--catalog', path('catalog.mjs')];
    expect(await ok(['integrations', ...mine])).toContain('pager');
    await ok(['set-default', 'instance', 'pager', 'number=42', ...mine]);
    expect(await json(['effective', 'project/top', 'pager', ...mine])).toMatchObject({ values: { number: 42 } });
  });
});

describe('the catalog', () => {
  it('is listed, and so are the fields of an integration', async () => {
    expect(await ok('integrations')).toMatch(/^jira +Jira issues +all +18$/m);
    expect(await ok('integrations jira')).toMatch(/^password +string, required, secret /m);
    expect(await json('integrations jira')).toMatchObject({ fields: { url: { required: true } } });
  });
});
