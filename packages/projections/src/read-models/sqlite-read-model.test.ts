import { readFile } from 'node:fs/promises';
import { openMemoryEventStore } from '@integration-settings/adapters/memory';
import { openSqliteEventStore, sqliteReadModel } from '@integration-settings/adapters/sqlite';
import {
  type Catalog,
  defineCatalog,
  type EventStore,
  type ReadModel,
  type ReadModelRebuild,
  type RecordedEvent,
} from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { catalog, changedCatalog } from '../testing/catalogs.fixture.ts';
import { LogStore } from '../testing/log-store.fixture.ts';
import { type Body, Log } from '../testing/log.fixture.ts';
import { does, sealed } from '../testing/view.fixture.ts';
import type { Progress } from '../read-model.ts';
import { rebuildReadModel } from './rebuild-read-model.ts';
import { runReadModel } from './run-read-model.ts';
import { effectiveRows, rowsIn, temporaryFiles } from './sql-view.fixture.ts';
import { verifyReadModel } from './verify-read-model.ts';

const newFile = temporaryFiles();
const url = 'https://one.example';
const a = { group: 'a' };
const p = { project: 'p' };

const storeOf = (...bodies: readonly Body[]): EventStore => {
  const log = new Log();
  log.record(...bodies);
  return new LogStore(log.events);
};
const tree = [does.registerGroup('a'), does.registerGroup('b', 'a'), does.registerProject('p', 'b', 'Apollo')];

const run = async (file: string, eventStore: EventStore, using: Catalog = catalog): Promise<void> => {
  const readModel = await sqliteReadModel({ file, catalog: using });
  await runReadModel({ eventStore, readModel, follow: false });
  await readModel.close();
};
const append = async (eventStore: EventStore, { id, type, data, metadata, streamName }: RecordedEvent): Promise<void> =>
  void (await eventStore.appendToStream(streamName, [{ id, type, data, metadata }], { expectedRevision: 'any' }));
/** Does something to the file that no run does. */
const tamper = async (file: string, sql: string): Promise<void> => {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
};

describe('the SQLite read model', () => {
  it('answers in plain SQL what holds where, and why', async () => {
    const file = newFile();
    const lockUrl = does.lock(a, ['title']);
    await run(
      file,
      storeOf(
        ...tree,
        does.set('instance', { url, token: sealed('s', 'instance'), title: 'one' }),
        lockUrl,
        does.override(p, { title: 'own', retries: 3 }),
      ),
    );
    const sql = `SELECT mode, source, active, fields, missing, locked_by FROM effective_settings
                 WHERE scope = 'project/p' AND integration = 'tracker'`;
    expect(rowsIn(file, sql)).toEqual([
      {
        mode: 'partial',
        source: 'instance',
        active: 1,
        fields: JSON.stringify({ url, token: '********', title: 'one', retries: 3 }),
        missing: '[]',
        locked_by: 'group/a',
      },
    ]);
    const active = `SELECT scope FROM effective_settings WHERE integration = 'tracker' AND active ORDER BY scope`;
    expect(rowsIn(file, active).map(({ scope }) => scope)).toEqual(['group/a', 'group/b', 'instance', 'project/p']);
  });

  it('shows the tree, what scopes have of their own, and locks', async () => {
    const file = newFile();
    const events = [
      ...tree,
      does.registerProject('gone', 'a'),
      does.set(a, { url }),
      does.lock(a),
      does.lock('instance', ['url']),
    ];
    await run(file, storeOf(...events, does.override({ project: 'gone' }, { title: 'x' }), does.removeProject('gone')));
    expect(rowsIn(file, 'SELECT * FROM scopes ORDER BY scope')).toEqual([
      { scope: 'group/a', level: 'group', parent: 'instance', name: 'a' },
      { scope: 'group/b', level: 'group', parent: 'group/a', name: 'b' },
      { scope: 'instance', level: 'instance', parent: null, name: 'instance' },
      { scope: 'project/p', level: 'project', parent: 'group/b', name: 'Apollo' },
    ]);
    expect(rowsIn(file, 'SELECT * FROM own_settings')).toEqual([
      {
        scope: 'group/a',
        level: 'group',
        integration: 'tracker',
        own: 'custom',
        active: 1,
        fields: JSON.stringify({ url }),
      },
    ]);
    expect(rowsIn(file, 'SELECT * FROM locks ORDER BY scope')).toEqual([
      { scope: 'group/a', level: 'group', integration: 'tracker', fields: null },
      {
        scope: 'instance',
        level: 'instance',
        integration: 'tracker',
        fields: JSON.stringify(['url', 'api_url', 'username', 'token']),
      },
    ]);
  });

  it('writes one row for a change of a default, and every row of the view shows it', async () => {
    const file = newFile();
    const projects = Array.from({ length: 30 }, (_, index) => does.registerProject(`q${index}`, 'b'));
    const log = new Log();
    log.record(...tree, ...projects, does.set('instance', { url, token: sealed('s', 'instance'), title: 'one' }));
    await run(file, new LogStore(log.events));
    const contents = () =>
      ['scopes_1', 'settings_1'].flatMap((table) =>
        rowsIn(file, `SELECT * FROM ${table}`).map((row) => JSON.stringify(row)),
      );
    const before = new Set(contents());
    log.record(does.change('instance', { title: 'two' }));
    await run(file, new LogStore(log.events));
    expect(contents().filter((row) => !before.has(row))).toHaveLength(1);
    const shown = `SELECT DISTINCT fields ->> 'title' AS title FROM effective_settings WHERE integration = 'tracker'`;
    expect(rowsIn(file, shown)).toEqual([{ title: 'two' }]);
  });

  it('follows the log, one step for each batch, and says how far it is', async () => {
    const file = newFile();
    const [eventStore, stop] = [openMemoryEventStore(), new AbortController()];
    const log = new Log();
    log.record(...tree, does.set(a, { url }));
    for (const event of log.events.slice(0, 3)) await append(eventStore, event);
    const readModel = await sqliteReadModel({ file, catalog });
    const reached = Promise.withResolvers<void>();
    const running = runReadModel({
      eventStore,
      readModel,
      signal: stop.signal,
      onProgress: ({ checkpoint }) => {
        if (checkpoint === 2n) void append(eventStore, log.events[3]!);
        if (checkpoint === 3n) reached.resolve();
      },
    });
    await reached.promise;
    expect(rowsIn(file, 'SELECT * FROM read_model')).toEqual([{ namespace: 'integrations', checkpoint: 3 }]);
    expect(effectiveRows(file).get('project/p tracker')).toMatchObject({ mode: 'inherited', source: 'group/a' });
    stop.abort();
    await running;
    await readModel.close();
    await readModel.close();
    await expect(readModel.open()).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(readModel.rebuild()).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('can be followed by two at once', async () => {
    const file = newFile();
    const eventStore = storeOf(
      ...tree,
      does.set(a, { url }),
      ...Array.from({ length: 40 }, (_, index) => does.change(a, { title: `${index}` })),
    );
    await Promise.all([run(file, eventStore), run(file, eventStore), run(file, eventStore)]);
    expect(effectiveRows(file).get('project/p tracker')).toMatchObject({ fields: { url, title: '39' } });
  });

  it('holds no secret, sealed or in clear, also of a field that is not known or a value that is not accepted', async () => {
    const file = newFile();
    const hook = defineCatalog({
      tracker: { fields: { title: { type: 'string' }, hook: { type: 'string', format: 'url', secret: true } } },
    });
    const secrets = ['https://hook.example/entered', 'no-url-entered', 'forgotten-entered'];
    await run(
      file,
      storeOf(
        ...tree,
        does.set('instance', { title: 'shown', hook: secrets[0], forgotten: secrets[2] }),
        does.override(a, { hook: secrets[1] }),
        does.override(p, { hook: { $secret: { ...sealed('s', p).$secret, text: 'cipher-entered' } } }),
      ),
      hook,
    );
    expect(effectiveRows(file).get('project/p tracker')).toMatchObject({
      fields: { title: 'shown', hook: '********' },
    });
    expect(effectiveRows(file).get('group/a tracker')).toMatchObject({ fields: { title: 'shown' } });
    const bytes = (await readFile(file)).toString('latin1');
    expect(bytes).toContain('shown');
    expect(bytes).not.toContain('entered');
  });

  it('forgets an erased secret wherever it was copied to', async () => {
    const file = newFile();
    const copied = sealed('s', 'instance');
    await run(
      file,
      storeOf(
        ...tree,
        does.set('instance', { url, token: copied }),
        does.set(p, { url, token: copied }),
        does.erase('instance'),
      ),
    );
    expect(effectiveRows(file).get('project/p tracker')).toMatchObject({
      active: 0,
      fields: { url },
      missing: ['token'],
    });
  });

  it('is made anew for another catalog, while others read what there was', async () => {
    const file = newFile();
    const eventStore = storeOf(...tree, does.set('instance', { url, token: sealed('s', 'instance'), retries: 3 }));
    await run(file, eventStore);
    const changed = await sqliteReadModel({ file, catalog: changedCatalog });
    const during: unknown[] = [];
    await runReadModel({
      eventStore,
      readModel: changed,
      follow: false,
      onProgress: () =>
        during.push(
          rowsIn(
            file,
            `SELECT fields ->> 'retries' AS retries FROM effective_settings WHERE scope = 'project/p' AND integration = 'tracker'`,
          ),
        ),
    });
    await changed.close();
    expect(during).toEqual([[{ retries: 3 }]]);
    expect(effectiveRows(file).get('project/p tracker')).toMatchObject({
      missing: ['labels'],
      fields: { url, token: '********' },
    });
  });
});

describe('rebuilding the SQLite read model', () => {
  it('names what was wrong, and puts it right', async () => {
    const file = newFile();
    const eventStore = storeOf(...tree, does.set(a, { url }));
    await run(file, eventStore);
    await tamper(
      file,
      `UPDATE settings_1 SET active = 0; UPDATE scopes_1 SET name = 'Wrong' WHERE scope = 'project/p'`,
    );
    const readModel = await sqliteReadModel({ file, catalog });
    const report = await rebuildReadModel({ eventStore, readModel });
    await readModel.close();
    expect(report).toMatchObject({
      events: 4,
      differences: ['the tree in group/b: project/p', 'tracker in group/a: group/a'],
    });
    expect(rowsIn(file, `SELECT name FROM scopes WHERE scope = 'project/p'`)).toEqual([{ name: 'Apollo' }]);
  });

  it('names the first rows of each group, and counts the others', async () => {
    const file = newFile();
    const eventStore = storeOf(
      does.registerGroup('a'),
      ...Array.from({ length: 12 }, (_, index) => does.registerProject(`q${index}`, 'a')),
      ...Array.from({ length: 120 }, (_, index) => does.registerGroup(`g${index}`)),
    );
    await run(file, eventStore);
    await tamper(file, `UPDATE scopes_1 SET name = 'Wrong'`);
    const readModel = await sqliteReadModel({ file, catalog });
    const { differences } = await rebuildReadModel({ eventStore, readModel });
    await readModel.close();
    const names = ['q0', 'q1', 'q10', 'q11', 'q2', 'q3', 'q4', 'q5', 'q6', 'q7'].map((id) => `project/${id}`);
    expect(differences[0]).toBe(`the tree in group/a: group/a, ${names.slice(0, 9).join(', ')} and 3 more`);
    expect(differences).toHaveLength(101);
    expect(differences.at(-1)).toBe('and 22 more elsewhere');
  });

  it('names a scope where it stands, whatever is wrong of it: place, settings, or that it is there', async () => {
    const file = newFile();
    const astral = { project: '\u{1F600}' };
    const highest = { project: '\uFFFD' }; // before an emoji in UTF-8, after it in UTF-16
    const bodies = [
      ...tree,
      does.registerProject(astral.project, 'b'),
      does.registerProject(highest.project, 'b'),
      does.override(p, { title: 'own' }),
      does.override(astral, { title: 'own' }),
      does.override(highest, { title: 'own' }),
    ];
    const eventStore = storeOf(...bodies, does.set(a, { url }));
    await run(file, eventStore);
    await tamper(
      file,
      `UPDATE scopes_1 SET parent = (SELECT id FROM scopes_1 WHERE scope = 'group/a') WHERE scope = 'project/p';
       DELETE FROM settings_1 WHERE scope = (SELECT id FROM scopes_1 WHERE scope = 'project/\u{1F600}');
       UPDATE settings_1 SET fields = '{}' WHERE scope = (SELECT id FROM scopes_1 WHERE scope = 'project/\uFFFD');
       INSERT INTO scopes_1 VALUES (99, 'project/nobody', 'project', 0, 'nobody', 0);
       INSERT INTO settings_1 SELECT 99, integration, own, active, fields, lock, locked, era, state FROM settings_1 WHERE own = 'custom'`,
    );
    const readModel = await sqliteReadModel({ file, catalog });
    const { differences } = await rebuildReadModel({ eventStore, readModel });
    await readModel.close();
    expect(differences).toEqual([
      'the tree in group/b: project/p',
      'the tree in instance: project/nobody',
      'tracker in group/b: project/\uFFFD, project/\u{1F600}',
      'tracker in instance: project/nobody',
    ]);
  });

  it('tells how many events there will be', async () => {
    const file = newFile();
    const eventStore = storeOf(...Array.from({ length: 13 }, (_, index) => does.registerProject(`q${index}`)));
    const readModel = await sqliteReadModel({ file, catalog });
    for (const what of ['the first', 'one beside it']) {
      const told: string[] = [];
      const onProgress = ({ events, total }: Progress): void => void told.push(`${events} of ${total}`);
      await rebuildReadModel({ eventStore, readModel, onProgress });
      expect([what, ...told]).toEqual([what, '5 of 13', '10 of 13', '13 of 13']);
    }
    await readModel.close();
  });

  it('leaves room for a run where it was the first and was broken off', async () => {
    const file = newFile();
    const eventStore = storeOf(...tree);
    const readModel = await sqliteReadModel({ file, catalog });
    await (await readModel.rebuild()).release();
    await readModel.close();
    await run(file, eventStore);
    expect(rowsIn(file, 'SELECT count(*) AS scopes FROM scopes')).toEqual([{ scopes: 4 }]);
    const again = await sqliteReadModel({ file, catalog });
    expect((await rebuildReadModel({ eventStore, readModel: again })).differences).toEqual([]);
    await again.close();
  });

  it('is refused where it was made of another log, and leaves it', async () => {
    const file = newFile();
    await run(file, storeOf(...tree, does.set(a, { url })));
    const readModel = await sqliteReadModel({ file, catalog });
    for (const task of [rebuildReadModel, verifyReadModel]) {
      await expect(task({ eventStore: storeOf(...tree.slice(0, 2)), readModel })).rejects.toMatchObject({
        code: 'STORE_CORRUPTED',
        message: expect.stringContaining('another log') as string,
      });
    }
    await readModel.close();
    expect(rowsIn(file, 'SELECT count(*) AS scopes FROM scopes')).toEqual([{ scopes: 4 }]);
  });

  it('is refused while another process or reader of the file rebuilds it', async () => {
    const file = newFile();
    const eventStore = storeOf(...tree);
    const [one, other] = [await sqliteReadModel({ file, catalog }), await sqliteReadModel({ file, catalog })];
    const rebuild = await one.rebuild();
    await expect(rebuildReadModel({ eventStore, readModel: other })).rejects.toMatchObject({
      code: 'REBUILD_IN_PROGRESS',
    });
    await rebuild.release();
    expect((await rebuildReadModel({ eventStore, readModel: other })).differences).toEqual([]);
    await one.close();
    await other.close();
  });

  it('leaves the old one as it is when its signal aborts, and goes on there the next time', async () => {
    const file = newFile();
    const eventStore = storeOf(...Array.from({ length: 23 }, (_, index) => does.registerProject(`q${index}`)));
    await run(file, eventStore);
    const readModel = await sqliteReadModel({ file, catalog });
    const abort = new AbortController();
    const onProgress = ({ events }: { readonly events: number }): void => {
      if (events === 10) abort.abort(new Error('enough'));
    };
    await expect(rebuildReadModel({ eventStore, readModel, signal: abort.signal, onProgress })).rejects.toThrow(
      'enough',
    );
    expect(rowsIn(file, 'SELECT count(*) AS scopes FROM scopes')).toEqual([{ scopes: 24 }]);
    expect(await rebuildReadModel({ eventStore, readModel })).toMatchObject({ events: 13, differences: [] });
    await readModel.close();
  });
});

describe('verifying the SQLite read model', () => {
  it('says that all is as the log says, and leaves nothing behind', async () => {
    const file = newFile();
    const eventStore = storeOf(...tree, does.set(a, { url }));
    await run(file, eventStore);
    const readModel = await sqliteReadModel({ file, catalog });
    expect(await verifyReadModel({ eventStore, readModel })).toEqual({
      ok: true,
      events: 4,
      position: 11n,
      differences: [],
    });
    await readModel.close();
    const tables = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB '*_[0-9]'`;
    expect(rowsIn(file, tables).every(({ name }) => (name as string).endsWith('_1'))).toBe(true);
  });

  it('names what differs, and mends nothing', async () => {
    const file = newFile();
    const eventStore = storeOf(...tree, does.set(a, { url }));
    await run(file, eventStore);
    await tamper(file, `UPDATE settings_1 SET active = 0`);
    const readModel = await sqliteReadModel({ file, catalog });
    for (let times = 0; times < 2; times += 1) {
      const report = await verifyReadModel({ eventStore, readModel });
      expect(report).toMatchObject({ ok: false, differences: ['tracker in group/a: group/a'] });
    }
    await readModel.close();
  });

  it('looks no further than what holds', async () => {
    const file = newFile();
    await run(file, storeOf(...tree));
    const readModel = await sqliteReadModel({ file, catalog });
    const report = await verifyReadModel({ eventStore: storeOf(...tree, does.set(a, { url })), readModel });
    expect(report).toEqual({ ok: true, events: 3, position: 8n, differences: [] });
    await readModel.close();
  });

  it('finds nothing to compare where nothing was built, or for another catalog', async () => {
    const file = newFile();
    const eventStore = storeOf(...tree);
    const readModel = await sqliteReadModel({ file, catalog });
    const nothing = { ok: false, differences: [expect.stringContaining('rebuild it') as string] };
    expect(await verifyReadModel({ eventStore, readModel })).toMatchObject(nothing);
    await readModel.close();
    await run(file, eventStore);
    const changed = await sqliteReadModel({ file, catalog: changedCatalog });
    expect(await verifyReadModel({ eventStore, readModel: changed })).toMatchObject(nothing);
    await changed.close();
  });

  it('is broken off by its signal, and goes on the next time', async () => {
    const file = newFile();
    const eventStore = storeOf(...Array.from({ length: 23 }, (_, index) => does.registerProject(`q${index}`)));
    await run(file, eventStore);
    const readModel = await sqliteReadModel({ file, catalog });
    const abort = new AbortController();
    const onProgress = ({ events }: Progress): void => {
      if (events === 10) abort.abort(new Error('enough'));
    };
    await expect(verifyReadModel({ eventStore, readModel, signal: abort.signal, onProgress })).rejects.toThrow(
      'enough',
    );
    expect(await verifyReadModel({ eventStore, readModel })).toMatchObject({ ok: true, events: 13 });
    await readModel.close();
  });
});

it('can be rebuilt and verified while what holds goes on with each new event', async () => {
  const file = newFile();
  const eventStore = openMemoryEventStore();
  const log = new Log();
  log.record(...tree, ...Array.from({ length: 6 }, (_, index) => does.set(a, { url: `https://${index}.example` })));
  const left = log.events.slice(3);
  for (const event of log.events.slice(0, 3)) await append(eventStore, event);
  await run(file, eventStore);
  const goOn = async (): Promise<void> => {
    const next = left.shift();
    if (next === undefined) throw new Error('It was compared more often than the log has events.');
    await append(eventStore, next);
    await run(file, eventStore);
  };
  await tamper(file, "UPDATE scopes_1 SET name = 'Gemini' WHERE scope = 'project/p'");
  const inner = await sqliteReadModel({ file, catalog });
  const readModel: ReadModel = {
    namespace: inner.namespace,
    open: () => inner.open(),
    close: () => inner.close(),
    rebuild: async () => {
      const rebuild = await inner.rebuild();
      const compare = async (): Promise<readonly string[] | undefined> => {
        const comparing = rebuild.compare();
        await goOn();
        return comparing;
      };
      return Object.create(rebuild, { compare: { value: compare } }) as ReadModelRebuild;
    },
  };
  const { ok, differences } = await verifyReadModel({ eventStore, readModel });
  expect({ ok, differences }).toEqual({ ok: false, differences: [expect.stringContaining('project/p')] });
  expect((await rebuildReadModel({ eventStore, readModel })).differences).toEqual(differences);
  expect(rowsIn(file, "SELECT name FROM scopes WHERE scope = 'project/p'")).toEqual([{ name: 'Apollo' }]);
  expect((await verifyReadModel({ eventStore, readModel })).ok).toBe(true);
  await readModel.close();
});

describe('a file that is no read model of this log', () => {
  it('is refused and left as it is', async () => {
    const file = newFile();
    await (await openSqliteEventStore({ file })).close();
    const before = await readFile(file);
    await expect(sqliteReadModel({ file, catalog })).rejects.toMatchObject({ code: 'STORE_CORRUPTED' });
    expect(await readFile(file)).toEqual(before);
  });

  it('is refused where it is of another namespace, and so is what is no namespace', async () => {
    const file = newFile();
    await run(file, storeOf(...tree));
    const other = await sqliteReadModel({ file, catalog, namespace: 'others' });
    await expect(other.open()).rejects.toMatchObject({ code: 'STORE_CORRUPTED' });
    await expect(other.rebuild()).rejects.toMatchObject({ code: 'STORE_CORRUPTED' });
    await other.close();
    await expect(sqliteReadModel({ file, catalog, namespace: 'No!' })).rejects.toThrow(TypeError);
  });
});
