import { describe, expect, it } from 'vitest';
import { does, Story } from '../testing/view.fixture.ts';
import { effective, overrides } from './queries.ts';
import { ScopeQueries } from './scope-queries.ts';

const treeOf = ({ view }: Story): ScopeQueries => new ScopeQueries(() => view);

describe('the children of a scope', () => {
  it('are its groups, then its projects, each in the order of registration, with the projects at or below them', () => {
    const story = new Story();
    story.tell(does.registerProject('q'), does.registerGroup('b'), does.registerProject('p'), does.registerGroup('a'));
    story.tell(does.registerProject('deep', 'b', 'Deep'), does.moveProject('q', 'b'), does.moveProject('q'));
    expect(treeOf(story).children('instance')).toEqual({
      items: [
        { scope: { group: 'b' }, name: 'b', projects: 1 },
        { scope: { group: 'a' }, name: 'a', projects: 0 },
        { scope: { project: 'q' }, name: 'q', projects: 1 },
        { scope: { project: 'p' }, name: 'p', projects: 1 },
      ],
      next: undefined,
    });
    expect(treeOf(story).children({ project: 'p' })).toEqual({ items: [], next: undefined });
  });

  it('come in pages whose cursors stay valid while children come, go and move', () => {
    const story = new Story();
    const tree = treeOf(story);
    for (const id of ['a', 'b', 'c', 'd']) story.tell(does.registerGroup(id), does.registerProject(id));
    const idsOf = (page: ReturnType<ScopeQueries['children']>) => page.items.map(({ scope }) => JSON.stringify(scope));
    const first = tree.children('instance', { limit: 2 });
    expect(idsOf(first)).toEqual(['{"group":"a"}', '{"group":"b"}']);
    story.tell(does.removeGroup('b'), does.registerGroup('e'), does.moveGroup('c', 'a'));
    const second = tree.children('instance', { limit: 3, after: first.next! });
    expect(idsOf(second)).toEqual(['{"group":"d"}', '{"group":"e"}', '{"project":"a"}']);
    story.tell(does.removeProject('a'), does.registerGroup('f'));
    const third = tree.children('instance', { limit: 3, after: second.next! });
    expect(idsOf(third)).toEqual(['{"project":"b"}', '{"project":"c"}', '{"project":"d"}']);
    expect(third.next).toBeUndefined();
  });

  it('of which there are 10 000 come each once', () => {
    const story = new Story();
    for (let count = 0; count < 5_000; count += 1)
      story.tell(does.registerProject(`${count}`), does.registerGroup(`${count}`));
    const seen = new Set<string>();
    const tree = treeOf(story);
    for (let after: string | undefined; ;) {
      const page = tree.children('instance', { limit: 1_000, ...(after === undefined ? {} : { after }) });
      for (const { scope } of page.items) seen.add(JSON.stringify(scope));
      if (page.next === undefined) break;
      after = page.next;
    }
    expect(seen.size).toBe(10_000);
  });

  it('are refused for limits and cursors that are none', () => {
    const tree = treeOf(new Story());
    for (const limit of [0, -1, 1.5, 1_001, Number.NaN]) {
      expect(() => tree.children('instance', { limit })).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }));
    }
    for (const after of ['', '-1', 'x y', 'zzzzzzzzzzzzzzz', '01']) {
      expect(() => tree.children('instance', { after })).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }));
    }
  });
});

describe('the pages of overrides', () => {
  it('have cursors that stay valid while projects come, go, move and give back', () => {
    const story = new Story();
    const { view } = story;
    for (const id of ['p', 'q', 'r', 's']) story.tell(does.registerProject(id), does.set({ project: id }));
    const first = overrides(view, 'tracker', { limit: 2 });
    expect(first.items.map(({ project }) => project)).toEqual(['p', 'q']);
    story.tell(
      does.reset({ project: 'q' }),
      does.removeProject('r'),
      does.registerGroup('a'),
      does.moveProject('s', 'a'),
    );
    story.tell(does.registerProject('t'), does.set({ project: 't' }));
    const second = overrides(view, 'tracker', { limit: 2, after: first.next! });
    expect(second.items.map(({ project }) => project)).toEqual(['s', 't']);
    expect(second.next).toBeUndefined();
  });
});

describe('finding scopes', () => {
  it('looks in ids and names, ignores case, and puts what begins with the text first', async () => {
    const story = new Story();
    story.tell(
      does.registerGroup('Team-a'),
      does.registerProject('x/team', 'Team-a'),
      does.registerProject('7', 'Team-a', 'teapot'),
    );
    const found = await treeOf(story).find('TEA');
    expect(found).toEqual([
      { scope: { group: 'Team-a' }, name: 'Team-a' },
      { scope: { project: '7' }, name: 'teapot' },
      { scope: { project: 'x/team' }, name: 'x/team' },
    ]);
    expect(await treeOf(story).find('tea', { limit: 1 })).toEqual(found.slice(0, 1));
  });

  it('stays within a scope, and finds nothing removed', async () => {
    const story = new Story();
    story.tell(
      does.registerGroup('a'),
      does.registerGroup('b', 'a'),
      does.registerProject('p', 'b'),
      does.registerProject('p2'),
    );
    expect(await treeOf(story).find('p', { within: { group: 'a' } })).toEqual([{ scope: { project: 'p' }, name: 'p' }]);
    story.tell(does.removeGroup('b'));
    expect(await treeOf(story).find('p', { within: { group: 'a' } })).toEqual([]);
    await expect(treeOf(story).find('p', { within: { group: 'b' } })).rejects.toMatchObject({ code: 'UNKNOWN_SCOPE' });
  });

  it('ends when its signal is aborted', async () => {
    const story = new Story();
    story.tell(does.registerGroup('a'));
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(treeOf(story).find('a', { signal })).rejects.toThrow('enough');
  });
});

describe('what is asked of one scope', () => {
  it('holds for ids that every object answers to, in both kinds', () => {
    const ids = [
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      'a/b',
      'a-b',
      '%2F',
      '\u{1F600}'.repeat(255),
    ];
    const story = new Story();
    const tree = treeOf(story);
    for (const id of ids) {
      expect(tree.exists({ group: id })).toBe(false);
      story.tell(does.registerGroup(id), does.registerProject(id, id), does.set({ group: id }, { title: id }));
    }
    for (const id of ids) {
      expect(tree.path({ project: id })).toEqual(['instance', { group: id }, { project: id }]);
      expect(effective(story.view, { project: id }, 'tracker')).toMatchObject({
        source: { group: id },
        values: { title: id },
      });
    }
  });

  it('holds 25 groups deep', () => {
    const story = new Story();
    for (let depth = 0; depth < 25; depth += 1) {
      story.tell(does.registerGroup(`g${depth}`, depth === 0 ? undefined : `g${depth - 1}`));
      story.tell(does.override({ group: `g${depth}` }, { retries: depth }));
    }
    story.tell(does.registerProject('p', 'g24'), does.set('instance', { title: 'top' }));
    expect(treeOf(story).path({ project: 'p' })).toHaveLength(27);
    expect(effective(story.view, { project: 'p' }, 'tracker')).toMatchObject({
      mode: 'inherited',
      source: 'instance',
      values: { title: 'top', retries: 24 },
    });
    story.tell(does.moveGroup('g10'));
    expect(treeOf(story).path({ project: 'p' })).toHaveLength(17);
  });

  it('names scopes by what they were last named, else by their id', () => {
    const story = new Story();
    const tree = treeOf(story);
    story.tell(
      does.registerProject('a/b', undefined, 'b'),
      does.registerProject('c', undefined, 'Sea'),
      does.registerProject('d'),
    );
    const names = () => ['a/b', 'c', 'd'].map((project) => tree.name({ project }));
    expect(names()).toEqual(['b', 'Sea', 'd']);
    story.tell(does.renameProject('a/b', 'a/b'), does.renameProject('c', 'c'), does.renameProject('d', 'Dee'));
    expect(names()).toEqual(['a/b', 'c', 'Dee']);
  });

  it('gives the revision of the structure stream, counting events without effect', () => {
    const story = new Story();
    const tree = treeOf(story);
    story.tell(does.registerProject('p'));
    expect(tree.revision({ project: 'p' })).toBe(0n);
    story.tell(does.moveProject('p', 'nowhere'), does.registerProject('p', undefined, 'again'));
    expect(tree.revision({ project: 'p' })).toBe(2n);
    expect(tree.revision('instance')).toBe('no_stream');
  });

  it('is refused for scopes that never were, and for those below a removed group', () => {
    const story = new Story();
    story.tell(does.registerGroup('a'), does.registerProject('p', 'a'), does.removeGroup('a'));
    for (const scope of [{ project: 'p' }, { group: 'a' }, { group: 'p' }]) {
      for (const ask of ['name', 'parent', 'path', 'children', 'revision'] as const) {
        expect(() => treeOf(story)[ask](scope)).toThrow(expect.objectContaining({ code: 'UNKNOWN_SCOPE' }));
      }
    }
  });
});
