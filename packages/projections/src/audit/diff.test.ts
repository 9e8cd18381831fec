import assert from 'node:assert/strict';
import type { RecordedEvent } from '@integration-settings/domain';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EffectiveSettingsView } from '../effective-settings/view.ts';
import { announce } from '../live/settings-change.ts';
import { catalog } from '../testing/catalogs.fixture.ts';
import { collected } from '../testing/collected.fixture.ts';
import { assertHandedOut } from '../testing/handed-out.fixture.ts';
import { history } from '../testing/history.fixture.ts';
import { isAffected, Oracle } from '../testing/oracle.fixture.ts';
import { does, sealed, Story } from '../testing/view.fixture.ts';
import { diff, type DiffOptions } from './diff.ts';

const a = { group: 'a' };

const viewAfter = (events: readonly RecordedEvent[]): EffectiveSettingsView => {
  const view = new EffectiveSettingsView('integrations', catalog);
  for (const event of events) view.apply(event);
  return view;
};

/** What the last events of a story changed. */
const diffOf = async ({ log, view }: Story, last: number, options: DiffOptions = {}) => {
  const differences = await collected(diff(viewAfter(log.events.slice(0, -last)), view, options));
  for (const difference of differences) assertHandedOut(difference);
  return differences;
};
const namesOf = (differences: Awaited<ReturnType<typeof diffOf>>): readonly string[] =>
  differences.map(({ project, integration }) => `${project} ${integration}`);

const started = (): Story => {
  const story = new Story();
  story.tell(does.registerGroup('a'), does.registerProject('p', 'a'), does.registerProject('q'));
  story.tell(does.set('instance', { title: 'one', token: sealed('one', 'instance') }));
  return story;
};

describe('a diff', () => {
  it('has whom settings changed for, with both states', async () => {
    const story = started();
    story.tell(does.set(a, { title: 'two', token: sealed('two', a) }), does.lock('instance', ['labels']));
    expect(await diffOf(story, 2)).toMatchObject([
      { project: 'p', integration: 'tracker', before: { source: 'instance' }, after: { values: { title: 'two' } } },
    ]);
  });

  it('has nobody whose settings are the same again', async () => {
    const story = started();
    story.tell(does.set(a, { title: 'two' }), does.reset(a), does.change('instance', { title: 'one' }));
    expect(await diffOf(story, 3)).toEqual([]);
  });

  it('has projects that came and went since, where anything is configured', async () => {
    const story = started();
    story.tell(does.registerProject('r'), does.removeGroup('a'));
    const differences = await diffOf(story, 2);
    expect(namesOf(differences)).toEqual(['p tracker', 'r tracker']);
    expect(differences).toMatchObject([{ after: undefined }, { before: undefined }]);
  });

  it('is about an integration or a part of the tree where that is asked for', async () => {
    const story = started();
    story.tell(does.set('instance', { number: '1' }, true, 'pager'), does.change('instance', { title: 'two' }));
    expect(namesOf(await diffOf(story, 2))).toEqual(['p tracker', 'p pager', 'q tracker', 'q pager']);
    expect(namesOf(await diffOf(story, 2, { integration: 'pager' }))).toEqual(['p pager', 'q pager']);
    expect(namesOf(await diffOf(story, 2, { within: a }))).toEqual(['p tracker', 'p pager']);
    story.tell(does.moveProject('q', 'a'), does.override({ project: 'q' }, { title: 'three' }));
    expect(namesOf(await diffOf(story, 2, { within: a }))).toEqual(['q tracker']);
  });

  it('is refused for what is in neither moment', async () => {
    const story = started();
    await expect(diffOf(story, 1, { within: { group: 'b' } })).rejects.toMatchObject({ code: 'UNKNOWN_SCOPE' });
    await expect(diffOf(story, 1, { integration: 'lost' })).rejects.toMatchObject({ code: 'UNKNOWN_INTEGRATION' });
  });

  it('has between neighbours as many as were announced', async () => {
    await fc.assert(
      fc.asyncProperty(history('small'), async (events) => {
        const view = new EffectiveSettingsView('integrations', catalog);
        for (const [index, event] of events.entries()) {
          const effects: number[] = [];
          view.apply(event, (effect) => effects.push(announce(view, effect)!.change.affected()));
          if (effects.length !== 1) continue; // the sum of a command's events is not their result
          const differences = await collected(diff(viewAfter(events.slice(0, index)), view));
          assert.equal(differences.length, effects[0]);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('compares any two moments, in either order, as the rules do', async () => {
    await fc.assert(
      fc.asyncProperty(history(), fc.nat(), fc.nat(), async (events, one, other) => {
        const [from, to] = [one, other].map((some) => events.slice(0, some % events.length)) as [
          RecordedEvent[],
          RecordedEvent[],
        ];
        const oracles = [from, to].map((some) => new Oracle(catalog, some)) as [Oracle, Oracle];
        const expected = [...new Set(oracles.flatMap((oracle) => oracle.projects()))].flatMap((project) =>
          Object.keys(catalog.definitions).flatMap((integration) => {
            const [before, after] = oracles.map((oracle) =>
              oracle.isPresent({ project }) ? oracle.effective({ project }, integration) : undefined,
            );
            return isAffected(before, after) ? [`${project} ${integration}`] : [];
          }),
        );
        const found = namesOf(await collected(diff(viewAfter(from), viewAfter(to))));
        assert.deepStrictEqual(found.toSorted(), expected.toSorted());
      }),
      { numRuns: 40 },
    );
  });
});
