import assert from 'node:assert/strict';
import type { ScopeRef } from '@integration-settings/domain';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Effect } from '../effective-settings/view.ts';
import { EffectiveSettingsView } from '../effective-settings/view.ts';
import type { EffectiveSettings } from '../read-model.ts';
import { catalog } from '../testing/catalogs.fixture.ts';
import { history, scopes } from '../testing/history.fixture.ts';
import type { Body } from '../testing/log.fixture.ts';
import { Oracle, plain } from '../testing/oracle.fixture.ts';
import { does, Story } from '../testing/view.fixture.ts';
import { Watchers } from './watchers.ts';

const p = { project: 'p' };
const readable = Object.keys(catalog.definitions);

/** A story whose watchers are told of every event; what `seen` collects is what they said. */
class WatchedStory extends Story {
  readonly watchers = new Watchers(this.view);

  told(...bodies: readonly Body[]): void {
    for (const event of this.log.record(...bodies)) {
      const effects: Effect[] = [];
      this.view.apply(event, (effect) => effects.push(effect));
      this.watchers.notify(effects);
    }
  }

  watch(scope: ScopeRef, integration = 'tracker') {
    const seen: (EffectiveSettings | 'complete')[] = [];
    const subscription = this.watchers.watch(scope, integration).subscribe({
      next: (settings) => seen.push(settings),
      complete: () => seen.push('complete'),
    });
    return { seen, subscription };
  }
}
const started = (): WatchedStory => {
  const story = new WatchedStory();
  story.told(does.registerGroup('a'), does.registerGroup('b', 'a'), does.registerProject('p', 'b'));
  return story;
};
const modesOf = (seen: readonly (EffectiveSettings | 'complete')[]) =>
  seen.map((one) => (one === 'complete' ? one : one.mode));

describe('watching', () => {
  it('shows what is effective first, then each change of it and nothing else, until the scope is removed', () => {
    fc.assert(
      fc.property(history('small'), (events) => {
        const view = new EffectiveSettingsView('integrations', catalog);
        const watchers = new Watchers(view);
        const oracle = new Oracle(catalog);
        const watched = new Map<string, { readonly expected: unknown[]; readonly seen: unknown[] }>();
        const show = ({ setAt: _setAt, position: _position, ...shown }: EffectiveSettings): unknown => plain(shown);
        for (const event of events) {
          oracle.apply(event);
          const effects: Effect[] = [];
          view.apply(event, (effect) => effects.push(effect));
          watchers.notify(effects);
          for (const scope of scopes) {
            for (const integration of readable) {
              const key = JSON.stringify([scope, integration]);
              const watching = watched.get(key);
              const now = oracle.isPresent(scope) ? show(oracle.effective(scope, integration)) : 'complete';
              if (watching === undefined && now !== 'complete') {
                const seen: unknown[] = [];
                watchers.watch(scope, integration).subscribe({
                  next: (settings) => seen.push(show(settings)),
                  complete: () => seen.push('complete'),
                });
                watched.set(key, { expected: [now], seen });
              } else if (JSON.stringify(sorted(watching?.expected.at(-1))) !== JSON.stringify(sorted(now))) {
                watching?.expected.push(now);
              }
            }
          }
        }
        for (const { expected, seen } of watched.values()) assert.deepStrictEqual(seen, expected);
      }),
      { numRuns: 60 },
    );
  });

  it('is silent when only the object changed', () => {
    const story = started();
    story.told(does.set('instance', { title: 'one' }));
    const { seen } = story.watch(p);
    story.told(does.change('instance', { title: 'one' }), does.moveProject('p', 'a'), does.set(p, {}, true, 'pager'));
    expect(seen).toHaveLength(1);
    story.told(does.lock('instance', ['title']));
    expect(seen).toHaveLength(2);
    expect(seen[1]).toMatchObject({ mode: 'inherited', lockedBy: 'instance' });
  });

  it('completes when the scope, or a group above it, is removed', () => {
    const story = started();
    const [project, group, other] = [story.watch(p), story.watch({ group: 'b' }), story.watch('instance')];
    story.told(does.removeGroup('a'), does.set('instance'));
    expect(modesOf(project.seen)).toEqual(['unconfigured', 'complete']);
    expect(modesOf(group.seen)).toEqual(['unconfigured', 'complete']);
    expect(modesOf(other.seen)).toEqual(['unconfigured', 'custom']);
  });

  it('completes on closing, and at once where it begins after closing or removal', () => {
    const story = started();
    const late = story.watchers.watch(p, 'tracker');
    const { seen } = story.watch({ group: 'a' });
    story.told(does.removeProject('p'));
    const ended: string[] = [];
    late.subscribe({ complete: () => ended.push('removed') });
    story.watchers.close();
    story.watchers.watch({ group: 'a' }, 'tracker').subscribe({ complete: () => ended.push('closed') });
    expect(ended).toEqual(['removed', 'closed']);
    expect(modesOf(seen)).toEqual(['unconfigured', 'complete']);
  });

  it('begins with what is effective when it is subscribed to, each time', () => {
    const story = started();
    const watch = story.watchers.watch(p, 'tracker');
    story.told(does.set('instance'));
    const modes: string[] = [];
    watch.subscribe(({ mode }) => modes.push(`one ${mode}`)).unsubscribe();
    watch.subscribe(({ mode }) => modes.push(`two ${mode}`));
    story.told(does.reset('instance'));
    expect(modes).toEqual(['one inherited', 'two inherited', 'two unconfigured']);
  });

  it('goes on for others where one ends while all are told', () => {
    const story = started();
    const first = story.watch(p);
    const second = story.watch({ group: 'b' });
    story.watchers.watch({ group: 'a' }, 'tracker').subscribe(() => first.subscription.unsubscribe());
    story.told(does.set('instance'));
    expect(modesOf(second.seen)).toEqual(['unconfigured', 'inherited']);
  });

  it('throws when called for a scope or an integration that is not there', () => {
    const story = started();
    expect(() => story.watchers.watch({ project: 'nobody' }, 'tracker')).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_SCOPE' }),
    );
    expect(() => story.watchers.watch(p, 'nothing')).toThrow(expect.objectContaining({ code: 'UNKNOWN_INTEGRATION' }));
  });
});

/** With the keys of each object in order, so that JSON compares what is said. */
const sorted = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, item]) => [name, sorted(item)]),
  );
};
