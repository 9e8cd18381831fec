import assert from 'node:assert/strict';
import { type Catalog, defineCatalog, fieldOf, SecretMark } from '@integration-settings/domain';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalog, changedCatalog } from '../testing/catalogs.fixture.ts';
import { history, scopes } from '../testing/history.fixture.ts';
import { Oracle, plain } from '../testing/oracle.fixture.ts';
import { does, sealed, Story } from '../testing/view.fixture.ts';
import { explain } from './explain.ts';
import { effective } from './queries.ts';
import { EffectiveSettingsView } from './view.ts';

const a = { group: 'a' };
const b = { group: 'b' };
const p = { project: 'p' };

/** p in b in a. */
const path = (using: Catalog = catalog): Story => {
  const story = new Story(using);
  story.tell(does.registerGroup('a'), does.registerGroup('b', 'a'), does.registerProject('p', 'b'));
  return story;
};
const lost = (fields: readonly { readonly value: unknown; readonly source: unknown; readonly why: string }[]) =>
  fields.map(({ value, source, why }) => ({ value, source, why }));

describe('an explanation', () => {
  it('shows what is effective, and each stored value of the path once, nearest first', () => {
    fc.assert(
      fc.property(history(), fc.constantFrom(catalog, changedCatalog), (events, using) => {
        const view = new EffectiveSettingsView('integrations', using);
        for (const event of events) view.apply(event);
        const oracle = new Oracle(using, events);
        for (const scope of scopes.filter((candidate) => view.exists(candidate))) {
          for (const integration of Object.keys(using.definitions)) {
            const settings = effective(view, scope, integration);
            const explained = explain(view, scope, integration);
            const { mode, source, lockedBy, fields } = explained;
            assert.deepStrictEqual([mode, source, lockedBy], [settings.mode, settings.source, settings.lockedBy]);
            const shown = Object.entries(fields).flatMap(([name, { value }]) =>
              value === undefined ? [] : [[name, value]],
            );
            assert.deepStrictEqual(plain(Object.fromEntries(shown)), plain(settings.values));
            if (settings.source === undefined) continue;
            const nearestFirst = oracle.path(scope).toReversed();
            for (const [name, field] of Object.entries(fields)) {
              const stored = nearestFirst.flatMap((at) => {
                const own = fieldOf(oracle.stateOf(at, integration).own, name);
                return own === undefined ? [] : [own.cause.position];
              });
              const told = field.overridden.map(({ position }) => position!);
              const others = stored.filter((position) => told.includes(position) || position !== field.position);
              assert.deepStrictEqual(told, others, `${name} at ${JSON.stringify(scope)}`);
            }
          }
        }
      }),
      { numRuns: 80 },
    );
  });

  it('names the event, the person and the moment behind each value', () => {
    const story = path();
    const { cause } = story.tell(does.set('instance', { title: 'one' })).event;
    expect(explain(story.view, p, 'tracker').fields['title']).toEqual({
      value: 'one',
      source: 'instance',
      setBy: cause.actor,
      setAt: cause.at,
      position: cause.position,
      reason: cause.reason,
      lockedBy: undefined,
      overridden: [],
    });
  });

  it('lists what lost to nearer values, nearest first', () => {
    const story = path();
    story.tell(does.set('instance', { title: 'one' }), does.override(a, { title: 'two' }));
    story.tell(does.override(b, { title: 'three' }), does.set(p, { title: 'four' }));
    const { title } = explain(story.view, p, 'tracker').fields;
    expect(title).toMatchObject({ value: 'four', source: p });
    expect(lost(title!.overridden)).toEqual([
      { value: 'three', source: b, why: 'nearer' },
      { value: 'two', source: a, why: 'nearer' },
      { value: 'one', source: 'instance', why: 'nearer' },
    ]);
  });

  it('lists what a lock above leaves without effect, and who locks', () => {
    const story = path();
    story.tell(does.set('instance', { title: 'one' }), does.lock('instance', ['title']));
    story.tell(does.override(b, { title: 'three' }, false), does.set(p, { title: 'four' }));
    const { title } = explain(story.view, p, 'tracker').fields;
    expect(title).toMatchObject({ value: 'one', source: 'instance', lockedBy: 'instance' });
    expect(lost(title!.overridden)).toEqual([
      { value: 'four', source: p, why: 'locked' },
      { value: 'three', source: b, why: 'locked' },
    ]);
    story.tell(does.lock('instance'));
    const hidden = explain(story.view, p, 'tracker');
    expect(hidden).toMatchObject({ mode: 'inherited', lockedBy: 'instance', active: { value: true } });
    expect(lost(hidden.active.overridden)).toEqual([
      { value: true, source: p, why: 'locked' },
      { value: false, source: b, why: 'locked' },
    ]);
  });

  it('shows the toggle as it is set, also where required fields are missing', () => {
    const story = path();
    story.tell(does.set('instance'), does.override(a, {}, false), does.override(b, {}, true));
    const { active } = explain(story.view, p, 'tracker');
    expect(active).toMatchObject({ value: true, source: b });
    expect(lost(active.overridden)).toEqual([
      { value: false, source: a, why: 'nearer' },
      { value: true, source: 'instance', why: 'nearer' },
    ]);
  });

  it('shows stored values that today’s definition does not understand, masked if either says secret', () => {
    const now = defineCatalog({
      tracker: { fields: { title: { type: 'integer' }, labels: { type: 'string[]', allowedValues: ['y'] } } },
    });
    const story = path(now);
    story.tell(does.set('instance', { title: 'text', token: sealed('one', 'instance'), zone: 'z', labels: ['x'] }));
    const { fields } = explain(story.view, p, 'tracker');
    expect(Object.keys(fields)).toEqual(['title', 'labels', 'token', 'zone']);
    expect(fields['title']).toMatchObject({ value: undefined, source: 'instance' });
    expect(lost(fields['title']!.overridden)).toEqual([{ value: 'text', source: 'instance', why: 'not understood' }]);
    expect(fields['zone']!.overridden).toMatchObject([{ value: 'z', why: 'not understood' }]);
    expect(fields['token']!.overridden[0]!.value).toBeInstanceOf(SecretMark);
    expect(JSON.stringify(fields)).toContain('"********"');
  });

  it('masks a value in clear that the definition now calls secret', () => {
    const story = path(changedCatalog);
    story.tell(does.set('instance', { title: 'in clear' }));
    const { title } = explain(story.view, p, 'tracker').fields;
    expect(title!.value).toBeInstanceOf(SecretMark);
    expect(JSON.stringify(explain(story.view, p, 'tracker'))).not.toContain('in clear');
  });

  it('of an unconfigured scope has no values, and nothing that lost', () => {
    const story = path();
    story.tell(does.override(p, { title: 'kept' }));
    const explained = explain(story.view, p, 'tracker');
    expect(explained).toMatchObject({ mode: 'unconfigured', source: undefined, active: { value: undefined } });
    expect(explained.fields['title']).toMatchObject({ value: undefined, overridden: [] });
  });
});
