import { describe, expect, it } from 'vitest';
import { announce, slicesWithSettings } from '../live/settings-change.ts';
import type { Body } from '../testing/log.fixture.ts';
import { does, sealed, Story } from '../testing/view.fixture.ts';
import { Alternative } from './alternative.ts';
import { affectedProjects } from './impact.ts';
import { sliceOf } from './queries.ts';
import { instance } from './tree.ts';

/** What the newest event says it affected. */
const affectedBy = (story: Story, ...events: readonly Body[]): number => {
  const effect = story.tell(...events);
  return announce(story.view, effect)!.change.affected();
};

describe('the impact of an event', () => {
  it('counts the custom projects of a removed group where nothing was counted before', () => {
    const story = new Story();
    story.tell(does.registerGroup('a'), does.registerProject('p', 'a'), does.registerProject('q', 'a'));
    story.tell(does.set({ project: 'p' }));
    expect(affectedBy(story, does.removeGroup('a'))).toBe(1);
  });

  it('of an erasure is counted project by project: what is empty now may have been empty before', () => {
    const story = new Story();
    story.tell(does.registerGroup('a'), does.registerGroup('b'));
    story.tell(does.registerProject('p'), does.registerProject('q'), does.registerProject('r'));
    story.tell(does.set({ project: 'p' }, { token: sealed('one', { group: 'b' }) }));
    story.tell(does.set({ project: 'q' }, { token: sealed('two', { group: 'a' }) }));
    story.tell(does.set({ project: 'r' }, { token: sealed('three', { group: 'b' }) }));
    expect(affectedBy(story, does.erase({ group: 'b' }))).toBe(2);
    expect(affectedBy(story, does.erase({ group: 'a' }))).toBe(1);
    expect(affectedBy(story, does.erase({ group: 'a' }))).toBe(0);
  });

  it('finds those affected among 150 000 projects directly below the instance', () => {
    const story = new Story();
    story.tell(does.set('instance'));
    for (let count = 0; count < 150_000; count += 1)
      story.view.apply(story.log.recordOne(does.registerProject(`${count}`)));
    const slice = sliceOf(story.view, 'tracker');
    const comparison = {
      view: story.view,
      slice,
      root: instance,
      before: new Alternative(story.view, slice),
      after: new Alternative(story.view, slice, {
        number: instance,
        state: { ...slice.own.stateOf(instance), own: undefined },
      }),
    };
    expect([...affectedProjects(comparison)].length).toBe(0); // nothing was set: nothing is lost
    story.tell(does.change('instance', { title: 'one' }));
    const later = {
      ...comparison,
      before: new Alternative(story.view, slice),
      after: new Alternative(story.view, slice, comparison.after.difference),
    };
    expect([...affectedProjects(later)].length).toBe(150_000);
  });

  it('of structure is about integrations with settings somewhere, not with what is left of removed scopes', () => {
    const story = new Story();
    story.tell(does.registerGroup('a'), does.registerProject('p', 'a'), does.registerProject('q'));
    story.tell(does.set({ project: 'p' }), does.lock('instance', ['loud'], 'pager'));
    expect(slicesWithSettings(story.view).map(({ slug }) => slug)).toEqual(['tracker']);
    story.tell(does.removeGroup('a'));
    expect(slicesWithSettings(story.view)).toEqual([]);
    story.tell(does.set({ project: 'q' }, {}, false, 'pager'));
    expect(slicesWithSettings(story.view).map(({ slug }) => slug)).toEqual(['pager']);
  });
});
