import { describe, expect, it } from 'vitest';
import { commandIdOf } from '../testing/log.fixture.ts';
import { does, sealed, Story } from '../testing/view.fixture.ts';
import { effective, own } from './queries.ts';

const p = { project: 'p' };
const a = { group: 'a' };
const code = (expected: string) => expect.objectContaining({ code: expected });

const withProject = (): Story => {
  const story = new Story();
  story.tell(does.registerGroup('a'), does.registerProject('p', 'a'));
  return story;
};
const becameOf = ({ view }: Story): readonly string[] => [...view.superseded.values()].map(({ became }) => became);

describe('events of a later version', () => {
  it('stop the view before they take effect: a type, or a schema version, that is not known', () => {
    const story = withProject();
    const { position } = story.view;
    const unknown = story.log.recordRaw('integrations.instanceSettings-tracker', { type: 'DefaultFrozen', data: {} });
    expect(() => story.view.apply(unknown)).toThrow(code('STORE_NEWER'));
    const newer = story.log.recordOne(does.set('instance'), { schemaVersion: 2 });
    expect(() => story.view.apply(newer)).toThrow(code('STORE_NEWER'));
    expect(story.view.position).toBe(position);
    expect(effective(story.view, p, 'tracker').mode).toBe('unconfigured');
  });

  it('stop the view whatever else their metadata and body say', () => {
    const story = withProject();
    for (const metadata of [{ commandId: 7 }, { actor: undefined }]) {
      const unknown = story.log.recordRaw('integrations.group-a', { type: 'GroupSplit', data: null }, metadata);
      expect(() => story.view.apply(unknown)).toThrow(code('STORE_NEWER'));
      const newer = story.log.recordOne(does.registerGroup('b'), { schemaVersion: 2, ...metadata } as never);
      expect(() => story.view.apply(newer)).toThrow(code('STORE_NEWER'));
    }
  });

  it('are passed over where they are optional, but count for revisions, positions and command ids', () => {
    const story = withProject();
    story.tell(does.set('instance'));
    const optional = { optional: true, commandId: commandIdOf(900) } as const;
    const later = story.log.recordRaw('integrations.instanceSettings-tracker', { type: 'Noted', data: {} }, optional);
    const onGroup = story.log.recordRaw('integrations.group-a', { type: 'GroupStarred', data: {} }, optional);
    story.apply(later, onGroup);
    expect(story.view.position).toBe(onGroup.position);
    expect(own(story.view, 'instance', 'tracker').revision).toBe(1n);
    expect(story.view.structureOf(a)).toMatchObject({ revision: 1n, state: { status: 'present' } });
    expect(story.view.commands.find(commandIdOf(900))).toEqual([later.position, onGroup.position]);
  });

  it('are passed over where they are optional and say nothing else', () => {
    const story = withProject();
    const bare = {
      ...story.log.recordRaw('integrations.group-a', { type: 'GroupStarred', data: null }),
      metadata: { optional: true },
    };
    story.apply(bare);
    expect(story.view.position).toBe(bare.position);
  });

  it('of a known type are not passed over for being optional', () => {
    const story = withProject();
    story.apply(story.log.recordOne(does.set('instance'), { optional: true }));
    expect(effective(story.view, p, 'tracker').mode).toBe('inherited');
  });
});

describe('broken events', () => {
  it('stop the view: a body or metadata that is not what the type says', () => {
    const story = withProject();
    const bodies: readonly object[] = [
      { type: 'SwitchedToCustom', data: { group: 'a', integration: 'tracker', active: true, values: {} } },
      { type: 'InstanceDefaultSet', data: { integration: 'tracker', active: 'yes', values: {} } },
      { type: 'InstanceDefaultSet', data: { integration: 'tracker', active: true, values: { title: { a: 1 } } } },
      { type: 'InstanceDefaultSet', data: { integration: 'tracker', active: true, values: { title: null } } },
      {
        type: 'InstanceDefaultSet',
        data: { integration: 'tracker', active: true, values: JSON.parse('{"__proto__": "x"}') },
      },
      { type: 'InstanceDefaultSet', data: { active: true, values: {} } },
      { type: 'DefaultLocked', data: { project: 'p', integration: 'tracker' } },
      { type: 'FieldsInherited', data: { project: 'p', integration: 'tracker' } },
      { type: 'ProjectRegistered', data: { project: '' } },
      { type: 'GroupMoved', data: null },
    ];
    for (const body of bodies) {
      const broken = story.log.recordRaw('integrations.any-1', body as never);
      expect(() => story.view.apply(broken), JSON.stringify(body)).toThrow(code('STORE_CORRUPTED'));
    }
    for (const metadata of [
      { commandId: 7 },
      { actor: undefined },
      { schemaVersion: 0 },
      { at: 1 },
      { part: [2, 2] },
      { part: [0] },
    ]) {
      const broken = story.log.recordRaw('integrations.group-b', does.registerGroup('b'), metadata);
      expect(() => story.view.apply(broken), JSON.stringify(metadata)).toThrow(code('STORE_CORRUPTED'));
    }
  });

  it('are named by their stream, revision and position, without what they say', () => {
    const story = withProject();
    const broken = story.log.recordRaw('integrations.instanceSettings-tracker', {
      type: 'InstanceDefaultSet',
      data: { token: 'hush' },
    });
    expect(() => story.view.apply(broken)).toThrow(
      `Event 0 of stream "integrations.instanceSettings-tracker" (position ${broken.position}) has a body that is not one of "InstanceDefaultSet".`,
    );
  });
});

describe('the events of one command', () => {
  it('take effect together, at the position of the last', () => {
    const story = withProject();
    story.tell(does.set(a, { title: 'one' }), does.lock(a));
    const before = effective(story.view, p, 'tracker');
    const [unlock, reset] = story.log.recordTogether(does.unlock(a), does.reset(a));
    const { position } = story.view;
    story.view.apply(unlock!);
    expect(story.view).toMatchObject({ position, waiting: 1 });
    expect(effective(story.view, p, 'tracker')).toBe(before);
    const told: string[] = [];
    story.view.apply(reset!, ({ event }) => told.push(event.recorded.type));
    expect(told).toEqual(['DefaultUnlocked', 'GroupDefaultReset']);
    expect(story.view).toMatchObject({ position: reset!.position, waiting: 0 });
    expect(effective(story.view, p, 'tracker').mode).toBe('unconfigured');
  });

  it('wait for their rest while other streams go on', () => {
    const story = withProject();
    story.tell(does.set(a), does.lock(a));
    const commandId = story.log.nextCommandId();
    const first = story.log.recordOne(does.unlock(a), { commandId, part: [0, 2] });
    const between = story.log.recordOne(does.registerProject('q'));
    const second = story.log.recordOne(does.reset(a), { commandId, part: [1, 2] });
    story.view.apply(first);
    story.apply(between);
    story.view.apply(first); // again, after a reconnection
    expect(story.view).toMatchObject({ position: between.position, waiting: 1 });
    expect(own(story.view, a, 'tracker')).toMatchObject({ lock: 'whole', mode: 'custom' });
    story.apply(second);
    expect(own(story.view, a, 'tracker')).toMatchObject({ lock: undefined, mode: 'none', revision: 3n });
  });

  it.each([
    ['begin in the middle', [[1, 2]]],
    [
      'leave one out',
      [
        [0, 3],
        [2, 3],
      ],
    ],
    [
      'come twice',
      [
        [0, 2],
        [0, 2],
      ],
    ],
    [
      'change their number',
      [
        [0, 2],
        [1, 3],
      ],
    ],
  ] as const)('are broken where they %s', (_, parts) => {
    const story = withProject();
    const commandId = story.log.nextCommandId();
    const events = parts.map((part) => story.log.recordOne(does.lock(a, ['title']), { commandId, part }));
    const { position } = story.view;
    for (const event of events.slice(0, -1)) story.view.apply(event);
    expect(() => story.view.apply(events.at(-1)!)).toThrow(code('STORE_CORRUPTED'));
    expect(story.view.position).toBe(position);
    expect(own(story.view, a, 'tracker').lock).toBeUndefined();
  });

  it('are broken where an event of another command comes between them in their stream', () => {
    const story = withProject();
    const [first] = story.log.recordTogether(does.lock(a, ['title']), does.lock(a, ['labels']));
    story.log.events.pop();
    story.view.apply(first!);
    expect(() => story.tell(does.set(a))).toThrow(code('STORE_CORRUPTED'));
    const [other] = story.log.recordTogether(does.lock(a, ['title']), does.lock(a, ['labels']));
    expect(() => story.view.apply(other!)).toThrow(code('STORE_CORRUPTED'));
  });
});

describe('events that met another state than they were decided on', () => {
  it('are kept with what became of them', () => {
    const story = withProject();
    story.tell(
      does.set({ project: 'nobody' }),
      does.moveProject('nobody'),
      does.registerProject('p', undefined, 'again'),
    );
    story.tell(does.registerGroup('b', 'nowhere'), does.moveProject('p', 'nowhere'), does.registerGroup('c', 'b'));
    story.tell(does.moveGroup('b', 'c'), does.moveGroup('b', 'b'), does.removeGroup('c'), does.moveGroup('c', 'a'));
    expect(becameOf(story)).toEqual([
      '"project/nobody" was not there: nothing was changed',
      '"project/nobody" was not there: nothing was changed',
      '"project/p" had been registered before: nothing was changed',
      '"group/nowhere" was not there: "group/b" is directly below the instance',
      '"group/nowhere" was not there: "project/p" stays where it was',
      '"group/c" lies below "group/b", which stays where it was',
      '"group/b" lies below "group/b", which stays where it was',
      '"group/c" was not there: nothing was changed',
    ]);
    expect(story.view.structureOf({ group: 'b' }).state).toEqual({ status: 'present', parent: 'instance', name: 'b' });
  });

  it('count for the revision that a later command must expect', () => {
    const story = new Story();
    story.tell(does.set(p), does.registerProject('p'), does.set(p));
    expect(own(story.view, p, 'tracker')).toMatchObject({ revision: 1n, mode: 'custom' });
    story.tell(does.moveGroup('late'));
    expect(story.view.structureOf({ group: 'late' })).toEqual({ state: { status: 'unknown' }, revision: 0n });
    story.tell(does.registerGroup('late'), does.removeGroup('late'), does.set({ group: 'late' }));
    expect(story.view.settingsOf({ group: 'late' }, 'tracker')?.revision).toBe(0n);
  });
});

describe('data keys', () => {
  const keyOf = (scope: 'p' | 'q', streamEra: number, origin: object | 'instance', era: number) => ({
    streamName: `integrations.projectSettings-${scope}/tracker`,
    streamEra,
    origin: origin as never,
    era,
  });

  it('end with an erasure of their stream or their origin, and with a removal', () => {
    const story = withProject();
    story.tell(does.registerProject('q'), does.set(p, { token: sealed('one', 'instance') }));
    const [entered, copied] = [keyOf('p', 0, p, 0), keyOf('p', 0, 'instance', 0)];
    expect([entered, copied].map((key) => story.view.hasEnded(key))).toEqual([false, false]);
    story.tell(does.erase('instance'));
    expect([entered, copied].map((key) => story.view.hasEnded(key))).toEqual([false, true]);
    story.tell(does.erase(p));
    expect([entered, keyOf('p', 1, p, 1)].map((key) => story.view.hasEnded(key))).toEqual([true, false]);
    story.tell(does.reset(p));
    expect(story.view.hasEnded(keyOf('p', 1, p, 1))).toBe(false);
    story.tell(does.removeGroup('a'));
    expect(story.view.hasEnded(keyOf('p', 1, p, 1))).toBe(true);
    expect(story.view.hasEnded(keyOf('q', 0, { project: 'q' }, 0))).toBe(false);
  });
});

describe('what a project costs', () => {
  it('that inherits everything is nothing for each integration, also once it has been read', () => {
    const story = withProject();
    story.tell(does.set('instance'), does.set(a, {}, true, 'pager'));
    for (let count = 0; count < 100; count += 1) {
      story.tell(does.registerProject(`${count}`, 'a'));
      effective(story.view, { project: `${count}` }, 'tracker');
      effective(story.view, { project: `${count}` }, 'pager');
    }
    for (const slice of story.view.slices.values()) {
      expect([...slice.own.entries()].every(([number]) => !story.view.tree.isProject(number))).toBe(true);
      expect(slice.own.projects.size).toBe(0);
    }
    const first = effective(story.view, { project: '0' }, 'tracker');
    for (let count = 1; count < 100; count += 1)
      expect(effective(story.view, { project: `${count}` }, 'tracker')).toBe(first);
  });
});
