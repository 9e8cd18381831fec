import { defineCatalog } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { catalog, changedCatalog } from '../testing/catalogs.fixture.ts';
import { does, Story } from '../testing/view.fixture.ts';
import { explain } from './explain.ts';
import { counts, effective, effectiveAll, overrides, own } from './queries.ts';
import { EffectiveSettingsView } from './view.ts';

const p = { project: 'p' };
const nobody = { project: 'nobody' };
const code = (expected: string) => expect.objectContaining({ code: expected });

const reads = {
  effective,
  own,
  explain,
  counts: (view: EffectiveSettingsView, scope: typeof p, integration: string) => counts(view, integration, scope),
  overrides: (view: EffectiveSettingsView, scope: typeof p, integration: string) =>
    overrides(view, integration, { within: scope }),
};

describe.each(Object.entries(reads))('%s', (_name, read) => {
  it('is refused for an unknown scope first, then for an unknown integration', () => {
    const story = new Story();
    story.tell(does.registerProject('p'), does.set(p, {}, true, 'lost'));
    expect(() => read(story.view, nobody, 'lost')).toThrow(code('UNKNOWN_SCOPE'));
    for (const integration of ['lost', 'never', '__proto__', 'constructor']) {
      expect(() => read(story.view, p, integration)).toThrow(code('UNKNOWN_INTEGRATION'));
    }
  });
});

describe.each(Object.entries(reads))('%s', (_name, read) => {
  it.each([[null], ['foo'], [42], [{}], [[]], [{ project: 7 }], [{ group: null }]])(
    'is refused for %j, which is no scope',
    (scope) => {
      const { view } = new Story();
      expect(() => read(view, scope as unknown as typeof p, 'chat')).toThrow(code('UNKNOWN_SCOPE'));
    },
  );
});

describe('settings of an integration', () => {
  it('that left the catalog hold again when it returns', () => {
    const story = new Story();
    story.tell(does.registerProject('p'), does.set('instance', { url: 'https://one.example' }, true, 'lost'));
    const later = defineCatalog({ lost: { fields: { url: { type: 'string', format: 'url' } } } });
    const view = new EffectiveSettingsView('integrations', later);
    for (const event of story.log.events) view.apply(event);
    expect(effective(view, p, 'lost')).toMatchObject({ mode: 'inherited', values: { url: 'https://one.example' } });
  });

  it('are listed in the order of the catalog: what the level allows, and what is inherited there all the same', () => {
    const story = new Story(changedCatalog);
    story.tell(does.registerProject('p'), does.set('instance', {}, true, 'lost'));
    const listed = () => effectiveAll(story.view, p).map(({ integration }) => integration);
    expect(listed()).toEqual(['tracker']);
    story.tell(does.set('instance', {}, true, 'pager'));
    expect(listed()).toEqual(['pager', 'tracker']);
  });

  it('that lack a required field are inactive, and say what is missing, whether they are on or off', () => {
    const story = new Story();
    story.tell(does.registerProject('p'), does.set('instance', {}, true, 'pager'));
    expect(effective(story.view, p, 'tracker')).toMatchObject({ mode: 'unconfigured', missing: [], active: false });
    story.tell(does.set('instance', { url: 'https://one.example' }));
    expect(effective(story.view, p, 'tracker')).toMatchObject({ active: false, missing: ['token'] });
    story.tell(does.set('instance', { title: 'x' }, false));
    expect(effective(story.view, p, 'tracker')).toMatchObject({ active: false, missing: ['url', 'token'] });
  });
});

describe('own settings', () => {
  it('show what is empty only where they are partial, and what the scope locks with its connection', () => {
    const story = new Story(catalog);
    story.tell(does.registerGroup('a'), does.override({ group: 'a' }, { title: null, token: null }));
    story.tell(does.lock({ group: 'a' }, ['title', 'url']));
    expect(own(story.view, { group: 'a' }, 'tracker')).toEqual({
      mode: 'partial',
      active: undefined,
      values: { url: null, api_url: null, username: null, token: null, title: null },
      lock: ['url', 'api_url', 'username', 'token', 'title'],
      hidden: false,
      revision: 1n,
    });
    story.tell(does.set({ group: 'a' }, { title: 'x' }));
    expect(own(story.view, { group: 'a' }, 'tracker')).toMatchObject({ mode: 'custom', values: { title: 'x' } });
  });
});

it('finds no scope by an id that none has, whatever was asked for before', () => {
  const story = new Story();
  const strange = ['', ' a', 'a ', 'A', '0', 'b'];
  const find = () => strange.map((id) => [story.view.tree.group(id), story.view.tree.find({ group: id })]);
  const nowhere = strange.map(() => [undefined, undefined]);
  expect(find()).toEqual(nowhere);
  story.tell(does.registerGroup('a'), does.registerProject('b', 'a'));
  expect(story.view.exists({ group: 'a' })).toBe(true);
  expect(find()).toEqual(nowhere);
  expect(() => effective(story.view, { group: '' }, 'tracker')).toThrow(code('UNKNOWN_SCOPE'));
  story.tell(does.registerGroup('b'));
  expect(story.view.exists({ group: 'b' })).toBe(true);
  expect(story.view.tree.group('a')).toBe(1);
});
