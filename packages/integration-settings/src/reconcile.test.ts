import {
  isTooManyRemovals,
  registerGroup,
  registerProject,
  removeGroup,
  removeProject,
} from '@integration-settings/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Authorize, standardAuthorization } from './authorization.ts';
import type { IntegrationSettings, ReconcileOptions, ReconcileReport, TreeEntry } from './integration-settings.ts';
import { admin, as, errorOf, expectNothingStored, given, logOf, open, reasonOf, shared } from './settings.fixture.ts';

const group = (group: string, parent: string | null, name?: string): TreeEntry => ({
  group,
  parent,
  ...(name === undefined ? {} : { name }),
});
const project = (project: string, parent: string | null, name?: string): TreeEntry => ({
  project,
  parent,
  ...(name === undefined ? {} : { name }),
});

const reconcile = (
  settings: IntegrationSettings,
  tree: Iterable<TreeEntry> | AsyncIterable<TreeEntry>,
  options: Partial<ReconcileOptions> = {},
) => settings.reconcile(tree, { actor: admin, ...options });

const counts = { registered: 0, moved: 0, renamed: 0, removed: 0, unchanged: 0, failed: [] };
const parentOf = (settings: IntegrationSettings, id: string) => settings.scopes.parent({ group: id });

describe('reconciling', () => {
  it('registers children before their parents, however deep, in a store with nothing in it', async () => {
    const settings = await open();
    const deep = Array.from({ length: 40 }, (_, index) => group(`g${index}`, index === 0 ? null : `g${index - 1}`));
    const report = await reconcile(settings, [project('apollo', 'g39', 'Apollo'), ...deep.toReversed()]);
    expect(report).toEqual({ ...counts, registered: 41 });
    expect(settings.scopes.path({ project: 'apollo' })).toHaveLength(42);
    expect(settings.scopes.name({ project: 'apollo' })).toBe('Apollo');
  });

  it('moves and renames what is elsewhere or has another name, and keeps a name that is not given', async () => {
    const settings = await open();
    await reconcile(settings, [
      group('a', null, 'A'),
      group('b', null, 'B'),
      project('p', 'a', 'P'),
      project('q', 'b', 'Q'),
    ]);
    const report = await reconcile(settings, [
      group('a', 'b'),
      group('b', null, 'The B'),
      project('p', 'b', 'New P'),
      project('q', 'b'),
    ]);
    expect(report).toEqual({ ...counts, moved: 2, renamed: 2, unchanged: 1 });
    expect(settings.scopes.name({ group: 'a' })).toBe('A');
    expect(settings.scopes.name({ project: 'p' })).toBe('New P');
    expect(parentOf(settings, 'a')).toEqual({ group: 'b' });
  });

  it('has nothing to do a second time', async () => {
    const eventStore = shared();
    const settings = await open({ eventStore });
    const tree = [project('p', 'b', 'P'), group('b', 'a'), group('a', null, 'A')];
    await reconcile(settings, tree);
    await expectNothingStored(eventStore, async () =>
      expect(await reconcile(settings, tree)).toEqual({ ...counts, unchanged: 3 }),
    );
  });

  it('turns a chain of groups upside down, though each move by itself would close a circle', async () => {
    const settings = await open();
    await reconcile(settings, [group('a', null), group('b', 'a'), group('c', 'b'), group('d', 'c')]);
    const report = await reconcile(settings, [group('a', 'b'), group('b', 'c'), group('c', 'd'), group('d', null)]);
    expect(report).toEqual({ ...counts, moved: 4 });
    expect(settings.scopes.path({ group: 'a' }).slice(1)).toEqual(['d', 'c', 'b', 'a'].map((group) => ({ group })));
  });

  it('lists what cannot be: circles, parents that never come, ids that were removed, malformed entries', async () => {
    const settings = await open();
    await given(settings, registerProject('gone', { group: null }), removeProject('gone'));
    const tree = [
      group('x', 'y'),
      group('y', 'x'),
      project('orphan', 'nowhere'),
      project('gone', null),
      { project: 'p', group: 'g', parent: null } as never,
      project('bad\u0000id', null),
      { project: 'no-parent' } as never,
      null as never,
      project('fine', null),
    ];
    const { failed, ...done } = await reconcile(settings, tree);
    expect(done).toMatchObject({ registered: 1, moved: 0 });
    const reasons = new Map(failed.map(({ entry, error }) => [entry, (error as { reason?: string }).reason]));
    expect(tree.map((entry) => reasons.get(entry))).toEqual([
      'UnknownScope',
      'UnknownScope',
      'UnknownScope',
      'AlreadyRegistered',
      'InvalidCommand',
      'InvalidCommand',
      'InvalidCommand',
      'InvalidCommand',
      undefined,
    ]);
  });

  it('brings one scope after the other to where several entries for it say', async () => {
    const settings = await open();
    await given(settings, registerGroup('a', { parent: null }));
    const report = await reconcile(settings, [project('p', null), project('p', 'a', 'P'), project('p', 'a')]);
    expect(report).toEqual({ ...counts, registered: 1, moved: 1, renamed: 1, unchanged: 1 });
    expect(settings.scopes.parent({ project: 'p' })).toEqual({ group: 'a' });
  });

  it('does what the actor may, and lists the rest', async () => {
    const settings = await open();
    await given(settings, registerGroup('a', { parent: null }));
    const { failed, registered } = await reconcile(settings, [project('p', 'a'), project('q', null)], {
      actor: as('owner', { group: 'a' }),
    });
    expect(registered).toBe(1);
    expect(failed).toMatchObject([{ entry: { project: 'q' }, error: { code: 'NOT_AUTHORIZED' } }]);
    expect(await reasonOf(settings.reconcile([], { actor: {} as never }))).toBe('InvalidCommand');
  });

  it('says what it would do in a dry run, and does nothing', async () => {
    const eventStore = shared();
    const settings = await open({ eventStore });
    await reconcile(settings, [group('a', null), group('b', 'a'), project('p', 'a'), project('old', null)]);
    const tree = [
      project('q', 'c'),
      group('c', 'b'),
      group('b', null, 'B'),
      group('a', 'b'),
      project('p', 'a'),
      project('r', 'nowhere'),
    ];
    await expectNothingStored(eventStore, async () => {
      const report = await reconcile(settings, tree, { dryRun: true, remove: { atMost: 1 } });
      expect(report).toMatchObject({ registered: 2, moved: 2, renamed: 1, removed: 1, unchanged: 1 });
      expect(report.failed).toMatchObject([{ entry: { project: 'r' } }]);
    });
    const real = await reconcile(settings, tree, { remove: { atMost: 1 } });
    expect(real).toMatchObject({ registered: 2, moved: 2, renamed: 1, removed: 1, unchanged: 1 });
  });
});

describe('removing what is not in the source', () => {
  const start = async (projects = 20) => {
    const eventStore = shared();
    const settings = await open({ eventStore });
    const tree = [group('a', null), ...Array.from({ length: projects }, (_, index) => project(`p${index}`, 'a'))];
    await reconcile(settings, tree);
    return { eventStore, settings, tree };
  };

  it('is done only when asked for', async () => {
    const { settings, tree } = await start();
    expect(await reconcile(settings, tree.slice(0, 2))).toEqual({ ...counts, unchanged: 2 });
    expect(settings.counts('chat').total).toBe(20);
  });

  it('leaves everything where it is more than a tenth, rounded down', async () => {
    const { settings, tree } = await start(20); // 21 scopes: 2 may go
    expect(await reconcile(settings, tree.slice(0, -2), { remove: true })).toMatchObject({ removed: 2, unchanged: 19 });
    const error = await errorOf(reconcile(settings, [...tree.slice(0, -4), project('new', 'a')], { remove: true }));
    expect(error).toMatchObject({ code: 'TOO_MANY_REMOVALS', report: { registered: 1, removed: 0 } });
    expect(settings.counts('chat').total).toBe(19);
  });

  it('counts groups with all below them, and removes them as one', async () => {
    const { eventStore, settings } = await start(5);
    const keep = [project('kept', null)];
    expect(await errorOf(reconcile(settings, keep, { remove: { atMost: 5 } }))).toMatchObject({
      code: 'TOO_MANY_REMOVALS',
    });
    const { length } = await logOf(eventStore);
    expect(await reconcile(settings, keep, { remove: { atMost: 6 } })).toMatchObject({ removed: 6 });
    expect((await logOf(eventStore)).slice(length).map(({ type }) => type)).toEqual(['GroupRemoved']);
    expect(settings.counts('chat').total).toBe(1);
  });

  it('keeps a group that something kept still lies in', async () => {
    const { settings } = await start(2);
    const report = await reconcile(settings, [project('p1', 'nowhere')], { remove: { atMost: 10 } });
    expect(report).toMatchObject({ removed: 1, failed: [{ entry: { project: 'p1' } }] });
    expect(settings.scopes.exists({ project: 'p1' })).toBe(true);
    expect(settings.scopes.exists({ project: 'p0' })).toBe(false);
  });

  it.each([
    { project: 'p1', parent: 'a', name: '' },
    { project: 'p1', parent: 'a', name: 'x'.repeat(256) },
    { project: 'p1', parent: 'a', name: 'tab\tname' },
    { project: 'p1', parent: 'a', name: null },
    { project: 'p1' },
    { project: 'p1', parent: '' },
    { project: 'p1', group: 'a', parent: null },
    { project: 'p1', group: 7, parent: null },
  ])('keeps what a malformed entry is for: %j', async (entry) => {
    const { settings, tree } = await start(3);
    const source = [...tree.filter((known) => !('project' in known && known.project === 'p1')), entry as TreeEntry];
    const report = await reconcile(settings, source, { remove: { atMost: 10 } });
    expect(report).toMatchObject({ removed: 0, failed: [{ entry, error: { reason: 'InvalidCommand' } }] });
    expect(settings.scopes.exists({ project: 'p1' })).toBe(true);
  });

  it.each([null, 'p1', {}, { parent: 'a' }, { project: 1, parent: 'a' }, { project: '', parent: 'a' }])(
    'is not done where nobody can tell what an entry is for: %j',
    async (entry) => {
      const { settings, tree } = await start(3);
      const report = await reconcile(settings, [...tree.slice(0, 2), entry as never], { remove: { atMost: 10 } });
      const error = { reason: 'InvalidCommand', message: expect.stringContaining('nothing is removed') };
      expect(report).toMatchObject({ removed: 0, unchanged: 2, failed: [{ entry, error }] });
      expect(settings.counts('chat').total).toBe(3);
    },
  );

  it('keeps what entries that failed are for, and the groups that they name', async () => {
    const { settings } = await start(2);
    await given(settings, registerProject('gone', { group: null }), removeProject('gone'));
    await given(settings, registerGroup('b', { parent: null }), registerGroup('c', { parent: 'b' }));
    await given(settings, registerGroup('d', { parent: null }));
    const malformed = { project: 'q', parent: 'd', name: '' };
    const report = await reconcile(settings, [project('gone', 'c'), project('p0', 'nowhere'), malformed], {
      remove: { atMost: 10 },
    });
    expect(report).toMatchObject({ removed: 1, failed: { length: 3 } });
    expect(settings.scopes.exists({ project: 'p1' })).toBe(false);
    expect(['a', 'b', 'c', 'd'].filter((id) => settings.scopes.exists({ group: id }))).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is not done where the source fails', async () => {
    const { settings } = await start();
    const failure = new Error('The host went away.');
    const source = async function* (): AsyncGenerator<TreeEntry> {
      yield project('new', 'a');
      throw failure;
    };
    expect(await errorOf(reconcile(settings, source(), { remove: { atMost: 1000 } }))).toBe(failure);
    expect(settings.scopes.exists({ project: 'new' })).toBe(true);
    expect(settings.counts('chat').total).toBe(21);
  });

  it('spares what was registered while it ran', async () => {
    const { settings } = await start(1);
    const source = async function* (): AsyncGenerator<TreeEntry> {
      yield group('a', null);
      await given(settings, registerProject('meanwhile', { group: 'a' }));
    };
    expect(await reconcile(settings, source(), { remove: { atMost: 5 } })).toMatchObject({ removed: 1 });
    expect(settings.scopes.exists({ project: 'meanwhile' })).toBe(true);
  });

  it.each([{ atMost: Number.NaN }, { atMost: -1 }, { atMost: '3' }, {}, null, 3, 'yes'])(
    'refuses a limit that is none: %j',
    async (remove) => {
      const { settings } = await start(3);
      expect(await reasonOf(reconcile(settings, [], { remove: remove as never }))).toBe('InvalidCommand');
      expect(settings.counts('chat').total).toBe(3);
    },
  );

  it.each([undefined, null, {}, 7])('refuses a source that is none: %j', async (source) => {
    const { settings } = await start(3);
    expect(await reasonOf(reconcile(settings, source as never, { remove: { atMost: 9 } }))).toBe('InvalidCommand');
    expect(await reasonOf(settings.reconcile([], undefined as never))).toBe('InvalidCommand');
  });

  it('stops where its signal is aborted', async () => {
    const { settings } = await start(3);
    const signal = AbortSignal.abort('enough');
    expect(await errorOf(reconcile(settings, [project('new', 'a')], { signal, remove: { atMost: 9 } }))).toBe('enough');
    expect(settings.counts('chat').total).toBe(3);
  });
});

it('brings any tree into the shape of any other, in any order, and then has nothing to do', async () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
  /** Each scope below an earlier one, or directly below the instance; then in any order. */
  const trees = fc
    .tuple(fc.shuffledSubarray(ids, { minLength: ids.length }), fc.array(fc.nat(), { minLength: 6, maxLength: 6 }))
    .map(([order, places]) =>
      order.map((id, index) => {
        const place = (places[index] ?? 0) % (index + 1);
        const parent = place === 0 ? null : order[place - 1]!;
        return group(id, parent);
      }),
    )
    .chain((tree) => fc.shuffledSubarray(tree, { minLength: tree.length }));
  await fc.assert(
    fc.asyncProperty(trees, trees, async (first, second) => {
      const settings = await open();
      expect(await reconcile(settings, first)).toEqual({ ...counts, registered: ids.length });
      const { moved, unchanged, failed } = await reconcile(settings, second);
      expect([moved + unchanged, failed]).toEqual([ids.length, []]);
      for (const { parent, ...scope } of second)
        expect(settings.scopes.parent(scope as { group: string })).toEqual(
          parent === null ? 'instance' : { group: parent },
        );
      expect(await reconcile(settings, second)).toEqual({ ...counts, unchanged: ids.length });
      await settings.close();
    }),
    { numRuns: 60 },
  );
});

/** What a call comes to, as something to compare: its report, or the error with the report that it has. */
const outcomeOf = async (running: Promise<ReconcileReport>) => {
  const shown = ({ failed, ...done }: ReconcileReport) => ({
    ...done,
    failed: failed.map(({ entry, error }) => [entry, error.code, error.message]),
  });
  try {
    return shown(await running);
  } catch (error) {
    if (!isTooManyRemovals(error)) throw error;
    return { refused: error.message, report: shown(error.report as ReconcileReport) };
  }
};

describe('a dry run', () => {
  const groups = ['a', 'b', 'c', 'd'];
  const scope = fc.oneof(
    fc.constantFrom(...groups, 'gone').map((group) => ({ group })),
    fc.constantFrom('p', 'q', 'r', 'lost').map((project) => ({ project })),
  );
  const entry = fc
    .tuple(
      scope,
      fc.constantFrom(null, null, ...groups, 'gone', 'nowhere'),
      fc.constantFrom(undefined, undefined, 'New', ''),
    )
    .map(([scope, parent, name]): TreeEntry => ({ ...scope, parent, ...(name === undefined ? {} : { name }) }));
  const entries = fc.array(entry, { maxLength: 14 });
  const unclear = fc.option(fc.constant({ parent: null } as unknown as TreeEntry), { freq: 12 });
  const remove = fc.constantFrom(undefined, true, { atMost: 1 }, { atMost: 2 }, { atMost: 20 });
  const actor = fc.constantFrom(admin, admin, as('owner', { group: 'a' }, { project: 'q' }), as('b', { group: 'b' }));

  it('waits for an authorisation that takes its time, and asks it on the tree as it would be', async () => {
    const authorize: Authorize = async (request) => {
      await Promise.resolve();
      return standardAuthorization(request);
    };
    const settings = await open({ authorize });
    await given(settings, registerGroup('a', { parent: null }));
    const options = { actor: as('owner', { group: 'a' }), remove: { atMost: 9 } };
    const tree = [project('p', 'b'), group('b', 'a'), group('a', null, 'A'), project('q', null)];
    const would = await outcomeOf(reconcile(settings, tree, { ...options, dryRun: true }));
    expect(would).toMatchObject({
      registered: 2,
      renamed: 1,
      failed: [[{ project: 'q' }, 'NOT_AUTHORIZED', expect.any(String)]],
    });
    expect(would).toEqual(await outcomeOf(reconcile(settings, tree, options)));
  });

  it('refuses a reason that is none, and ends where its signal is aborted', async () => {
    const settings = await open();
    const reason = 'x'.repeat(1001);
    const report = await reconcile(settings, [project('p', null)], { reason, dryRun: true });
    expect(report).toMatchObject({ registered: 0, failed: [{ error: { reason: 'InvalidCommand' } }] });
    const ending = new AbortController();
    const source = async function* (): AsyncGenerator<TreeEntry> {
      yield project('p', null);
      ending.abort('enough');
    };
    expect(await errorOf(reconcile(settings, source(), { signal: ending.signal, dryRun: true }))).toBe('enough');
  });

  it('reports what the run that follows does, whatever is there and in the source', async () => {
    await fc.assert(
      fc.asyncProperty(entries, entries, unclear, remove, actor, async (first, source, extra, remove, actor) => {
        const eventStore = shared();
        const settings = await open({ eventStore });
        await given(settings, registerGroup('gone', { parent: null }), registerProject('lost', { group: 'gone' }));
        await given(settings, removeGroup('gone'));
        await reconcile(settings, first);
        const tree = extra === null ? source : [...source, extra];
        const options = { actor, ...(remove === undefined ? {} : { remove }) };
        const before = await logOf(eventStore);
        const would = await outcomeOf(reconcile(settings, tree, { ...options, dryRun: true }));
        expect(await logOf(eventStore)).toEqual(before);
        expect(would).toEqual(await outcomeOf(reconcile(settings, tree, options)));
        await settings.close();
      }),
      {
        numRuns: 100,
        examples: [
          // ids that were removed come back
          [[], [group('gone', null), project('q', 'gone'), project('lost', null)], null, undefined, admin],
          // a group replaced by another
          [[group('a', null), project('p', 'a')], [group('b', null), project('p', 'b')], null, true, admin],
          [[group('a', null), project('p', 'a')], [group('b', null), project('p', 'b')], null, { atMost: 1 }, admin],
          // what is kept goes below a group that is not in the source
          [[group('a', null), project('p', null)], [project('p', 'a')], null, { atMost: 1 }, admin],
          [[group('a', null)], [project('q', 'b'), group('b', 'a')], null, { atMost: 1 }, admin],
          // a circle, also one that is open for as long as it takes
          [[group('a', null), group('b', 'a')], [group('a', 'b'), group('b', 'a')], null, undefined, admin],
          [
            [group('a', null), group('b', 'a')],
            [group('a', 'b'), group('b', null), group('a', null)],
            null,
            true,
            admin,
          ],
          // an actor who may do half of it
          [[group('a', null)], [project('r', null), project('p', 'a')], null, undefined, as('owner', { group: 'a' })],
          // one scope twice
          [[], [project('p', null), project('p', null)], null, undefined, admin],
        ],
      },
    );
  });
});
