import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EffectiveSettings } from '../read-model.ts';
import { catalog } from '../testing/catalogs.fixture.ts';
import { assertHandedOut } from '../testing/handed-out.fixture.ts';
import { history, scopes } from '../testing/history.fixture.ts';
import { Oracle, plain } from '../testing/oracle.fixture.ts';
import { does, sealed, Story } from '../testing/view.fixture.ts';
import { catalogReport } from './catalog-report.ts';
import { explain } from './explain.ts';
import { counts, effective, effectiveAll, overrides, own } from './queries.ts';
import { ScopeQueries } from './scope-queries.ts';
import { EffectiveSettingsView } from './view.ts';

const p = { project: 'p' };
const q = { project: 'q' };
const a = { group: 'a' };
const readable = Object.keys(catalog.definitions);

/** Groups a and b below the instance, p in a, q in b, a default of the instance. */
const twoGroups = (): Story => {
  const story = new Story();
  story.tell(does.registerGroup('a'), does.registerGroup('b'));
  story.tell(does.registerProject('p', 'a'), does.registerProject('q', 'b'));
  story.tell(does.set('instance', { title: 'one', labels: ['x', 'y'], token: sealed('secret', 'instance') }));
  return story;
};
const at = ({ view }: Story, scope: Parameters<typeof effective>[1]): EffectiveSettings =>
  effective(view, scope, 'tracker');

/** What makes settings the same: the mode, the documents and locks in use, and what erasures have left of them. */
const materialOf = (oracle: Oracle, scope: Parameters<typeof effective>[1], integration: string): string => {
  const { mode, settings } = oracle.resolved(scope, integration);
  const { values } = oracle.effective(scope, integration);
  const parts = settings.parts.map(({ latest }) => `${latest.position}`);
  return JSON.stringify([integration, mode, parts, plain(values)]);
};

describe('the object that effective returns', () => {
  it('stays the same for each scope, and is shared, while the same documents and locks are in use', () => {
    fc.assert(
      fc.property(history('small'), (events) => {
        const view = new EffectiveSettingsView('integrations', catalog);
        const oracle = new Oracle(catalog);
        let before = new Map<string, EffectiveSettings>();
        for (const event of events) {
          view.apply(event);
          oracle.apply(event);
          const now = new Map<string, EffectiveSettings>();
          for (const scope of scopes.filter((candidate) => view.exists(candidate))) {
            for (const integration of readable) {
              const material = materialOf(oracle, scope, integration);
              const settings = effective(view, scope, integration);
              assert.equal(settings, now.get(material) ?? before.get(material) ?? settings, material);
              now.set(material, settings);
            }
          }
          before = now;
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is one for all who inherit, at any depth', () => {
    const story = twoGroups();
    expect(at(story, p)).toBe(at(story, q));
    expect(at(story, p)).toBe(at(story, a));
    expect(at(story, p).position).toBe(at(story, 'instance').position);
  });

  it('stays the same after a move between two places that inherit the same', () => {
    const story = twoGroups();
    story.tell(does.override(q, { title: 'own' }));
    const [inherited, partial] = [at(story, p), at(story, q)];
    story.tell(does.moveProject('p', 'b'), does.moveProject('q'), does.moveGroup('b', 'a'));
    expect(at(story, p)).toBe(inherited);
    expect(at(story, q)).toBe(partial);
  });

  it('of custom settings is not touched by what happens above', () => {
    const story = twoGroups();
    story.tell(does.set(a, { title: 'nearer' }));
    const before = at(story, p);
    story.tell(does.change('instance', { title: 'two' }), does.reset('instance'));
    expect(at(story, p)).toBe(before);
  });

  it('is not touched by an erasure that leaves its values as they are', () => {
    const story = twoGroups();
    story.tell(does.set(q, { token: sealed('other', q), title: 'own' }));
    const [inherited, custom] = [at(story, p), at(story, q)];
    story.tell(does.erase(a));
    expect(at(story, p)).toBe(inherited);
    expect(at(story, q)).toBe(custom);
    story.tell(does.erase(q));
    expect(at(story, p)).toBe(inherited);
    expect(at(story, q).values).toEqual({ title: 'own' });
  });

  it('keeps its values while only locks, positions or the source change', () => {
    const story = twoGroups();
    const { values } = at(story, p);
    story.tell(does.lock(a, ['title']));
    expect(at(story, p)).not.toBe(at(story, q));
    expect(at(story, p).values).toBe(values);
    story.tell(does.change('instance', { title: 'one' }));
    expect(at(story, p).values).toBe(values);
    expect(at(story, q).values).toBe(values);
    story.tell(does.unlock(a));
    expect(at(story, p)).toBe(at(story, q));
    expect(at(story, p).values).toBe(values);
  });

  it('keeps the unchanged parts of its values, in the order of the definition', () => {
    const story = twoGroups();
    story.tell(does.change('instance', { title: null }));
    const { labels } = at(story, p).values;
    story.tell(does.change('instance', { title: 'back', labels: ['x', 'y'] }));
    expect(at(story, p).values['labels']).toBe(labels);
    expect(Object.keys(at(story, p).values)).toEqual(['token', 'title', 'labels']);
  });

  it('says when the newest document or lock in use was set, not since when it holds here', () => {
    const story = twoGroups();
    const set = at(story, p);
    const custom = story.tell(does.set(p, { title: 'own' })).event.cause;
    expect(at(story, p)).toMatchObject({ position: custom.position, setAt: custom.at });
    story.tell(does.reset(p));
    expect(at(story, p)).toBe(set);
    const lock = story.tell(does.lock('instance', ['title'])).event.cause;
    expect(at(story, p)).toMatchObject({ position: lock.position, setAt: lock.at });
    expect(at(story, 'instance').position).toBe(set.position);
    story.tell(does.override(p, { title: 'hidden by the lock' }));
    const beneath = story.log.events.at(-1)!.position;
    expect(at(story, p)).toMatchObject({ position: beneath, values: { title: 'one' } });
  });
});

describe('what the view hands out', () => {
  it('is frozen and can be written as JSON at every depth', async () => {
    await fc.assert(
      fc.asyncProperty(history(), async (events) => {
        const view = new EffectiveSettingsView('integrations', catalog);
        for (const event of events) view.apply(event);
        const tree = new ScopeQueries(() => view);
        for (const scope of scopes.filter((candidate) => view.exists(candidate))) {
          assertHandedOut(effectiveAll(view, scope));
          assertHandedOut(tree.children(scope));
          assertHandedOut(tree.path(scope));
          assertHandedOut(tree.parent(scope));
          for (const integration of readable) {
            assertHandedOut(effective(view, scope, integration));
            assertHandedOut(own(view, scope, integration));
            assertHandedOut(explain(view, scope, integration));
            assertHandedOut(overrides(view, integration, { within: scope }));
            assertHandedOut(counts(view, integration, scope));
          }
        }
        for (const finding of catalogReport(view)) assertHandedOut(finding);
        assertHandedOut(await tree.find(''));
      }),
      { numRuns: 40 },
    );
  });

  it('leaves the caller with the scope object as it was', () => {
    const story = new Story();
    story.tell(does.registerProject('p'), does.set(p, { token: 'in clear' }));
    const mine = { project: 'p' };
    own(story.view, mine, 'tracker');
    explain(story.view, mine, 'tracker');
    expect(Object.isFrozen(mine)).toBe(false);
  });
});
