import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { ScopeRef } from '@integration-settings/domain';
import * as fc from 'fast-check';
import { applyPatches, type Patch as ImmerPatch } from 'immer';
import { describe, expect, it } from 'vitest';
import { effective } from '../effective-settings/queries.ts';
import { EffectiveSettingsView } from '../effective-settings/view.ts';
import type { EffectiveSettings, TimelineEntry } from '../read-model.ts';
import { catalog } from '../testing/catalogs.fixture.ts';
import { collected } from '../testing/collected.fixture.ts';
import { assertHandedOut } from '../testing/handed-out.fixture.ts';
import { history, scopes } from '../testing/history.fixture.ts';
import { LogStore } from '../testing/log-store.fixture.ts';
import { Oracle, plain } from '../testing/oracle.fixture.ts';
import { does, sealed, Story } from '../testing/view.fixture.ts';
import type { Past } from './moment.ts';
import { timeline } from './timeline.ts';

const p = { project: 'p' };
const a = { group: 'a' };
const pastOf = ({ log, view }: Story): Past & { readonly eventStore: LogStore } => ({
  eventStore: new LogStore(log.events),
  view,
});
const entriesOf = (past: Past, scope: ScopeRef = p, integration = 'tracker'): Promise<TimelineEntry[]> =>
  collected(timeline(past, scope, integration));
const causesOf = (entries: readonly TimelineEntry[]): readonly string[] => entries.map(({ cause }) => cause.type);

const started = (): Story => {
  const story = new Story();
  story.tell(does.registerGroup('a'), does.registerGroup('b'), does.registerProject('p', 'a'));
  return story;
};

describe('a timeline', () => {
  it('has what changed at the scope, by whomever, and nothing else', async () => {
    const story = started();
    story.tell(
      does.set('instance', { title: 'one' }),
      does.set('instance', { number: '1' }, true, 'pager'),
      does.set({ group: 'b' }, { title: 'of b' }),
      does.change('instance', { title: 'one' }),
      does.set(a, { title: 'two' }),
      does.change('instance', { title: 'three' }),
      does.lock('instance', ['labels']),
      does.renameProject('p', 'Renamed'),
      does.moveProject('p', 'b'),
      does.override(p, { retries: 2 }),
      does.removeGroup('b'),
      does.set('instance', { title: 'four' }),
    );
    const entries = await entriesOf(pastOf(story));
    expect(causesOf(entries)).toEqual([
      'ProjectRegistered',
      'InstanceDefaultSet',
      'GroupDefaultSet',
      'DefaultLocked',
      'ProjectTransferred',
      'FieldsOverridden',
      'GroupRemoved',
    ]);
    expect(entries.map(({ after }) => after?.values)).toEqual([
      {},
      { title: 'one' },
      { title: 'two' },
      { title: 'two' },
      { title: 'of b' },
      { title: 'of b', retries: 2 },
      undefined,
    ]);
  });

  it('says who did it, when and why, and what it changed, field by field', async () => {
    const story = started();
    story.tell(does.set('instance', { title: 'one' }), does.set(a, { title: 'two', labels: ['x'] }, false));
    const last = (await entriesOf(pastOf(story))).at(-1)!;
    expect(last).toMatchObject({ actor: 'actor-4', reason: 'reason 4', at: '2026-01-01T00:00:04.000Z', position: 14n });
    expect(last.patches.map(({ op, path, value }) => [op, path.join('.'), value])).toEqual(
      expect.arrayContaining([
        ['replace', 'values.title', 'two'],
        ['add', 'values.labels', ['x']],
        ['replace', 'source', a],
        ['replace', 'setAt', '2026-01-01T00:00:04.000Z'],
        ['replace', 'position', 14n],
      ]),
    );
    expect(last.patches).toHaveLength(5); // it was not active for want of what is required
  });

  it('has one entry for a command, as of its last event', async () => {
    const story = started();
    story.tell(does.set('instance', { title: 'one' }), does.set(a, { title: 'two' }), does.lock(a));
    const parts = story.log.recordTogether(does.unlock(a), does.reset(a));
    story.apply(...parts);
    const last = (await entriesOf(pastOf(story))).at(-1)!;
    expect(last).toMatchObject({
      position: parts[1]!.position,
      cause: { type: 'GroupDefaultReset' },
      before: { lockedBy: a, values: { title: 'two' } },
      after: { lockedBy: undefined, values: { title: 'one' } },
    });
  });

  it('follows a secret to where it was entered and erased', async () => {
    const story = started();
    const url = 'https://one.example';
    story.tell(does.set(p, { url, token: sealed('one', { group: 'b' }) }), does.erase({ group: 'b' }));
    const entries = await entriesOf(pastOf(story));
    expect(causesOf(entries)).toEqual(['ProjectRegistered', 'SwitchedToCustom', 'SecretsErased']);
    expect(entries.at(-1)).toMatchObject({ before: { active: true }, after: { active: false, missing: ['token'] } });
  });

  it('reads only the streams of the scopes it ever lay below', async () => {
    const story = started();
    story.tell(
      does.registerProject('q', 'b'),
      does.set({ project: 'q' }),
      does.set({ group: 'b' }),
      does.set('instance'),
    );
    story.tell(does.set('instance', {}, true, 'pager'));
    const past = pastOf(story);
    await entriesOf(past);
    expect(past.eventStore.streams.toSorted()).toEqual([
      'integrations.group-a',
      'integrations.instanceSettings-tracker',
      'integrations.project-p',
    ]);
  });

  it('follows the secrets of a scope above it also where that was met as an origin before', async () => {
    const story = started();
    const url = 'https://one.example';
    story.tell(
      does.set('instance', { url, token: sealed('one', { group: 'b' }) }),
      does.erase({ group: 'b' }),
      does.override(p, { token: sealed('two', 'instance') }),
      does.erase('instance'),
    );
    expect(causesOf(await entriesOf(pastOf(story)))).toEqual([
      'ProjectRegistered',
      'InstanceDefaultSet',
      'SecretsErased',
      'FieldsOverridden',
      'SecretsErased',
    ]);
  });

  it('is frozen, masked and writable as JSON', async () => {
    const story = started();
    story.tell(does.set(a, { url: 'https://one.example', token: sealed('one', a), labels: ['x'] }));
    story.tell(does.change(a, { token: sealed('two', a), labels: ['y'] }), does.removeProject('p'));
    const entries = await entriesOf(pastOf(story));
    expect(entries).toHaveLength(4);
    for (const entry of entries) assertHandedOut(entry);
  });

  it('is refused for a scope that never was, and an integration that the catalog does not have', async () => {
    const story = started();
    await expect(entriesOf(pastOf(story), { group: 'c' })).rejects.toMatchObject({ code: 'UNKNOWN_SCOPE' });
    await expect(entriesOf(pastOf(story), p, 'lost')).rejects.toMatchObject({ code: 'UNKNOWN_INTEGRATION' });
  });

  it('replays to the present, through every change that a watcher would have seen', async () => {
    const said = (settings: EffectiveSettings | undefined): unknown => {
      if (settings === undefined) return 'not there';
      const { setAt: _, position: __, ...shown } = settings;
      return plain(shown);
    };
    await fc.assert(
      fc.asyncProperty(history(), fc.constantFrom(...scopes), async (events, scope) => {
        const view = new EffectiveSettingsView('integrations', catalog);
        const oracle = new Oracle(catalog);
        const seen = [said(oracle.isPresent(scope) ? oracle.effective(scope, 'tracker') : undefined)];
        const positions: bigint[] = [];
        for (const event of events) {
          view.apply(event);
          oracle.apply(event);
          const now = said(oracle.isPresent(scope) ? oracle.effective(scope, 'tracker') : undefined);
          if (isDeepStrictEqual(seen.at(-1), now)) continue;
          seen.push(now);
          positions.push(event.position);
        }
        if (view.tree.find(scope) === undefined) return;
        const entries = await entriesOf({ eventStore: new LogStore(events), view }, scope);
        assert.deepStrictEqual(
          entries.map(({ position }) => position),
          positions,
        );
        assert.deepStrictEqual(
          entries.map(({ before }) => said(before)),
          seen.slice(0, -1),
        );
        for (const { before, after, patches } of entries) {
          assert.deepStrictEqual(plain(applyPatches(before ?? {}, patches as ImmerPatch[])), plain(after));
        }
        const present = view.exists(scope) ? effective(view, scope, 'tracker') : undefined;
        if (entries.length > 0) assert.deepStrictEqual(said(entries.at(-1)!.after), said(present));
      }),
      { numRuns: 60 },
    );
  });
});
