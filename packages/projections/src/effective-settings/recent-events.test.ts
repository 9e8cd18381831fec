import { describe, expect, it } from 'vitest';
import type { Body } from '../testing/log.fixture.ts';
import { does, Story } from '../testing/view.fixture.ts';

/** Groups a, b below it and c beside them; p in b. */
const threeGroups = (): Story => {
  const story = new Story();
  story.tell(
    does.registerGroup('a'),
    does.registerGroup('b', 'a'),
    does.registerGroup('c'),
    does.registerProject('p', 'b'),
  );
  return story;
};

/** Whether an event outdates a preview made just before it: of tracker at b, and of moving b to the instance. */
const outdates = (story: Story, ...events: readonly Body[]): readonly [settings: boolean, structure: boolean] => {
  const { view } = story;
  const { position } = view;
  const number = view.tree.group('b')!;
  story.tell(...events);
  return [
    view.recent.outdatesSettings(position, number, 'tracker'),
    view.recent.outdatesStructure(position, [number, view.tree.group('c')!]),
  ];
};

describe('a preview of settings', () => {
  it('is outdated by settings and locks of the integration at, above and below the scope', () => {
    for (const scope of ['instance', { group: 'a' }, { group: 'b' }, { project: 'p' }] as const) {
      expect(outdates(threeGroups(), does.set(scope))).toEqual([true, true]);
    }
    expect(outdates(threeGroups(), does.lock({ group: 'a' }))[0]).toBe(true);
  });

  it('is not outdated by another integration, or by another branch of the tree', () => {
    expect(outdates(threeGroups(), does.set({ group: 'b' }, {}, true, 'pager'))[0]).toBe(false);
    expect(outdates(threeGroups(), does.set({ group: 'c' }))[0]).toBe(false);
  });

  it('is outdated by a move at or above the scope, or across its border', () => {
    expect(outdates(threeGroups(), does.moveGroup('b'))[0]).toBe(true);
    expect(outdates(threeGroups(), does.moveGroup('a', 'c'))[0]).toBe(true);
    expect(outdates(threeGroups(), does.moveProject('p'))[0]).toBe(true);
    expect(outdates(threeGroups(), does.moveGroup('c', 'b'))[0]).toBe(true);
  });

  it('is not outdated by a move below it or elsewhere, nor by registrations, renames and removals', () => {
    const story = threeGroups();
    story.tell(does.registerGroup('d', 'b'));
    expect(outdates(story, does.moveProject('p', 'd'))[0]).toBe(false);
    expect(
      outdates(story, does.registerProject('q', 'b'), does.renameProject('p', 'New'), does.removeProject('p'))[0],
    ).toBe(false);
    expect(outdates(story, does.moveGroup('c', 'a'))[0]).toBe(false);
  });
});

describe('a preview of a move', () => {
  it('is outdated by any event at, above or below the scope or the target', () => {
    expect(outdates(threeGroups(), does.registerProject('q', 'c'))[1]).toBe(true);
    expect(outdates(threeGroups(), does.renameProject('p', 'New'))[1]).toBe(true);
    expect(outdates(threeGroups(), does.set('instance', {}, true, 'pager'))[1]).toBe(true);
    expect(outdates(threeGroups(), does.removeGroup('a'))[1]).toBe(true);
  });

  it('is not outdated by what happens elsewhere', () => {
    const story = threeGroups();
    story.tell(does.registerGroup('e'));
    expect(outdates(story, does.registerProject('q', 'e'), does.set({ group: 'e' }))[1]).toBe(false);
  });
});

describe('any preview', () => {
  it('is outdated after more than 10 000 events of the namespace, whatever they did', () => {
    const story = threeGroups();
    const { position, recent, tree } = story.view;
    const asked = (): boolean => recent.outdatesSettings(position, tree.group('b')!, 'tracker');
    for (let count = 0; count < 10_000; count += 1) story.tell(does.moveProject('nobody'));
    expect(asked()).toBe(false);
    story.tell(does.moveProject('nobody'));
    expect(asked()).toBe(true);
  });
});
