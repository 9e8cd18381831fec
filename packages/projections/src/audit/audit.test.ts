import assert from 'node:assert/strict';
import type { RecordedEvent } from '@integration-settings/domain';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EffectiveSettingsView } from '../effective-settings/view.ts';
import { announce } from '../live/settings-change.ts';
import type { AuditEntry } from '../read-model.ts';
import { catalog } from '../testing/catalogs.fixture.ts';
import { collected } from '../testing/collected.fixture.ts';
import { assertHandedOut } from '../testing/handed-out.fixture.ts';
import { history } from '../testing/history.fixture.ts';
import { LogStore } from '../testing/log-store.fixture.ts';
import { plain } from '../testing/oracle.fixture.ts';
import { does, sealed, Story } from '../testing/view.fixture.ts';
import { Audit, type AuditFilter, type AuditRange } from './audit.ts';
import { OwnHistories } from './own-histories.ts';

const p = { project: 'p' };
const a = { group: 'a' };

const auditOf = (
  { log, view }: Story,
  filter: AuditFilter = {},
  range: Partial<AuditRange> = {},
): Promise<AuditEntry[]> => {
  const past = { eventStore: new LogStore(log.events), view };
  return collected(new Audit(past, filter).read({ after: -1n, upTo: view.times.last.position, ...range }));
};
const changesOf = (entries: readonly AuditEntry[]): unknown => entries.map(({ changed }) => plain(changed));

const started = (): Story => {
  const story = new Story();
  story.tell(does.registerGroup('a'), does.registerProject('p', 'a'), does.registerProject('q'));
  return story;
};

describe('an audit', () => {
  it('says who did what, when and why, in order', async () => {
    const story = started();
    story.tell(does.set('instance', { title: 'one' }), does.lock('instance'));
    expect(await auditOf(story)).toMatchObject([
      { scope: a, integration: undefined, actor: 'actor-0', reason: 'reason 0', cause: { type: 'GroupRegistered' } },
      { scope: p, position: 5n, at: '2026-01-01T00:00:01.000Z' },
      { scope: { project: 'q' } },
      { scope: 'instance', integration: 'tracker', cause: { type: 'InstanceDefaultSet' } },
      { scope: 'instance', integration: 'tracker', cause: { type: 'DefaultLocked' }, changed: {} },
    ]);
  });

  it('says what changed of the own settings, with what is not own and what is empty apart', async () => {
    const story = started();
    story.tell(
      does.set(a, { title: 'one', labels: ['x'] }),
      does.change(a, { title: 'two', labels: null }),
      does.override(p, { title: null, retries: 1 }, false),
      does.reset(a),
    );
    expect(changesOf((await auditOf(story)).slice(3))).toEqual([
      {
        active: { before: undefined, after: true },
        title: { before: undefined, after: 'one' },
        labels: { before: undefined, after: ['x'] },
      },
      { title: { before: 'one', after: 'two' }, labels: { before: ['x'], after: undefined } },
      {
        active: { before: undefined, after: false },
        title: { before: undefined, after: null },
        retries: { before: undefined, after: 1 },
      },
      { active: { before: true, after: undefined }, title: { before: 'two', after: undefined } },
    ]);
  });

  it('masks secrets, sealed or in clear, and shows which were erased', async () => {
    const story = started();
    story.tell(
      does.set(a, { token: sealed('one', a), username: 'me' }),
      does.change(a, { token: 'in clear' }),
      does.erase(a),
      does.change(a, { token: sealed('three', a, 1) }),
    );
    const entries = (await auditOf(story)).slice(3);
    const clear = expect.stringMatching(/^secret [-0-9a-f]{36} of group\/a$/) as string;
    expect(changesOf(entries)).toEqual([
      expect.objectContaining({ token: { before: undefined, after: 'secret one of group/a' } }),
      { token: { before: 'secret one of group/a', after: clear } },
      { token: { before: clear, after: undefined } },
      { token: { before: undefined, after: 'secret three of group/a' } },
    ]);
    expect(JSON.stringify(entries)).not.toContain('in clear');
  });

  it('says that an event without effect changed and reached nothing', async () => {
    const story = started();
    story.tell(does.set(p, { title: 'one' }), does.removeProject('p'));
    story.log.record(does.change(p, { title: 'two' }));
    story.view.apply(story.log.events.at(-1)!);
    const last = (await auditOf(story)).at(-1)!;
    expect(last.changed).toEqual({});
    expect(await last.reached()).toBe(0);
  });

  it('is about one scope, integration or actor where that is asked for', async () => {
    const story = started();
    story.tell(does.set(a), does.set(a, {}, true, 'pager'), does.set(p), does.set('instance', {}, true, 'lost'));
    const typesOf = async (filter: AuditFilter) => (await auditOf(story, filter)).map(({ cause }) => cause.position);
    expect(await typesOf({ scope: a })).toEqual([2n, 11n, 14n]);
    expect(await typesOf({ integration: 'tracker' })).toEqual([11n, 17n]);
    expect(await typesOf({ integration: 'lost' })).toEqual([20n]);
    expect(await typesOf({ actor: 'actor-4' })).toEqual([14n]);
    expect(await typesOf({ scope: a, integration: 'pager', actor: 'nobody' })).toEqual([]);
  });

  it('begins after a position and ends with one, in either direction', async () => {
    const story = started();
    story.tell(does.set(a, { title: 'one' }), does.change(a, { title: 'two' }), does.change(a, { title: 'three' }));
    const range = { after: 8n, upTo: 14n } as const;
    const forwards = await auditOf(story, {}, range);
    const backwards = await auditOf(story, {}, { ...range, direction: 'backwards' });
    expect(forwards.map(({ position }) => position)).toEqual([11n, 14n]);
    expect(changesOf(backwards)).toEqual((changesOf(forwards) as unknown[]).toReversed());
  });

  it('tells of reveals, and passes over what only a newer version knows', async () => {
    const story = started();
    const reveal = { type: 'SecretsRevealed', data: { ...p, integration: 'tracker', fields: ['token'], purpose: 'x' } };
    const stream = 'integrations.secretAccess-2026-01-01';
    const known = story.log.recordRaw(stream, reveal, { optional: true });
    const newer = story.log.recordRaw(
      stream,
      { type: 'SecretsRevealed', data: {} },
      { optional: true, schemaVersion: 2 },
    );
    const unknown = story.log.recordRaw(stream, { type: 'SecretsCounted', data: {} }, { optional: true });
    for (const event of [known, newer, unknown]) story.view.apply(event);
    const entries = await auditOf(story, { scope: p });
    expect(entries).toHaveLength(2);
    expect(entries[1]).toMatchObject({ integration: 'tracker', changed: {}, cause: { data: reveal.data } });
    expect(await entries[1]!.reached()).toBe(0);
  });

  it('is frozen, masked and writable as JSON', async () => {
    const story = started();
    story.tell(does.set(a, { token: sealed('one', a), labels: ['x'] }), does.change(a, { labels: null }));
    for (const entry of await auditOf(story)) {
      const { reached: _, ...shown } = entry;
      assert.ok(Object.isFrozen(entry));
      assert.ok(!JSON.stringify(entry).includes('$secret'));
      for (const part of Object.values(shown)) assertHandedOut(part);
    }
  });

  it('counts whom an event reached at that time as the announcement of it did, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(history('small'), fc.infiniteStream(fc.nat()), async (events, order) => {
        const { view, announced } = lived(events);
        const past = { eventStore: new LogStore(events), view };
        const entries = await collected(new Audit(past, {}).read({ after: -1n, upTo: events.at(-1)!.position }));
        assert.equal(entries.length, events.length);
        const shuffled = entries.map((entry) => [order.next().value, entry] as const);
        shuffled.sort(([one], [other]) => Number(one) - Number(other));
        const counted = await Promise.all(
          shuffled.slice(0, 8).map(async ([, entry]) => [entry.position, await entry.reached()] as const),
        );
        assert.deepStrictEqual(
          counted,
          counted.map(([position]) => [position, announced.get(position)]),
        );
      }),
      { numRuns: 15 },
    );
  });
});

describe('the own history of a scope', () => {
  it('is the same whether its events are asked for one by one, together or backwards', async () => {
    await fc.assert(
      fc.asyncProperty(history('small'), async (events) => {
        const past = { eventStore: new LogStore(events), view: lived(events).view };
        const ofStream = Map.groupBy(events, ({ streamName }) => streamName);
        for (const [streamName, all] of ofStream) {
          const revisions = all.map(({ revision }) => revision);
          const together = await new OwnHistories(past).around(streamName, new Set(revisions));
          for (const asked of [revisions, revisions.toReversed()]) {
            const histories = new OwnHistories(past);
            for (const revision of asked) {
              const around = await histories.around(streamName, new Set([revision]));
              assert.deepStrictEqual(around.get(revision), together.get(revision));
            }
          }
        }
      }),
      { numRuns: 15 },
    );
  });
});

/** A view of a log, and whom each event reached when it took effect. */
const lived = (events: readonly RecordedEvent[]) => {
  const view = new EffectiveSettingsView('integrations', catalog);
  const announced = new Map<bigint, number>();
  for (const event of events) {
    view.apply(event, (effect) => {
      announced.set(effect.event.recorded.position, announce(view, effect)!.change.affected());
    });
  }
  return { view, announced };
};
