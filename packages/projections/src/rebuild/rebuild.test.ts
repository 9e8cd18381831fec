import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effective, own } from '../effective-settings/queries.ts';
import { EffectiveSettingsView, type IntegrationSlice } from '../effective-settings/view.ts';
import { LiveView } from '../live/live-view.ts';
import type { EffectiveSettings, Progress } from '../read-model.ts';
import { catalog } from '../testing/catalogs.fixture.ts';
import { assertHandedOut } from '../testing/handed-out.fixture.ts';
import { history } from '../testing/history.fixture.ts';
import { type Body, Log } from '../testing/log.fixture.ts';
import { ScriptedStore } from '../testing/scripted-store.fixture.ts';
import { does, sealed } from '../testing/view.fixture.ts';
import { rebuild } from './rebuild.ts';
import { verify } from './verify.ts';

const p = { project: 'p' };
const a = { group: 'a' };

/** A live view of a log that is there. */
const liveOf = async (log: Log) => {
  const eventStore = new ScriptedStore();
  eventStore.log.push(...log.events);
  const view = new EffectiveSettingsView('integrations', catalog);
  const live = new LiveView({ view, eventStore, clock: () => new Date(0), catchUpWithinMs: 1_000 });
  await live.start();
  return { log, eventStore, view, live };
};
const liveAfter = (...bodies: readonly Body[]) => {
  const log = new Log();
  log.record(does.registerGroup('a'), does.registerProject('p', 'a'), does.registerProject('q'), ...bodies);
  return liveOf(log);
};
type Live = Awaited<ReturnType<typeof liveOf>>;
const verified = ({ live, eventStore }: Live) => verify(live, eventStore, () => Promise.resolve(0));

/** Breaks what the view says of one scope. */
const tamper = ({ view }: Live): void => {
  const number = view.tree.find(p)!;
  const { own: index } = view.slices.get('tracker') as IntegrationSlice;
  const { state } = index.get(view.tree.find(a)!)!;
  index.put(number, true, state, 7n);
  view.tree.markOwnSettings(number);
};

describe('verifying', () => {
  it('finds nothing to differ after any history', async () => {
    await fc.assert(
      fc.asyncProperty(history(), async (events) => {
        const log = new Log();
        log.events.push(...events);
        const live = await liveOf(log);
        const report = await verified(live);
        expect(report).toMatchObject({
          ok: true,
          differences: [],
          position: live.view.position,
          events: events.length,
        });
        expect(report.withoutEffect).toHaveLength(live.view.superseded.size);
        assertHandedOut(report);
        await live.live.close();
      }),
      { numRuns: 20 },
    );
  });

  it('names the integration, the group and the scopes in which the view is wrong', async () => {
    const live = await liveAfter(does.set(a, { title: 'one' }));
    tamper(live);
    live.view.tree.rename(live.view.tree.find({ project: 'q' })!, 'Wrong');
    const { ok, differences } = await verified(live);
    expect(ok).toBe(false);
    expect(differences).toEqual([
      'tracker in group/a: project/p',
      'the tree in instance: project/q',
      'counts of tracker',
    ]);
    expect(own(live.view, p, 'tracker').mode).toBe('custom'); // nothing was mended
    await live.live.close();
  });

  it('names the first of many', async () => {
    const projects = Array.from({ length: 12 }, (_, index) => `r${index}`);
    const live = await liveAfter(...projects.map((id) => does.registerProject(id, 'a')));
    for (const project of projects) live.view.tree.rename(live.view.tree.find({ project })!, 'Wrong');
    const named = projects.slice(0, 10).map((id) => `project/${id}`);
    expect((await verified(live)).differences).toEqual([`the tree in group/a: ${named.join(', ')} and 2 more`]);
    await live.live.close();
  });

  it('says what else there is to know of the log', async () => {
    const live = await liveAfter(
      does.set('instance', { url: 'https://one.example', title: 7, forgotten: 'x' }),
      does.set({ project: 'q' }, { url: 'https://one.example', token: sealed('one', { project: 'q' }) }),
      does.set('instance', {}, true, 'lost'),
      does.override({ project: 'nobody' }, { token: 'in clear' }),
    );
    const report = await verify(live.live, live.eventStore, async (view) => (view === live.view ? 0 : 3));
    expect(report).toMatchObject({
      notUnderstood: 3,
      incomplete: 1,
      keysLeft: 3,
      withoutEffect: [{ type: 'FieldsOverridden' }],
    });
    expect(JSON.stringify(report)).not.toContain('in clear');
    await live.live.close();
  });

  it('compares with a log that goes on meanwhile', async () => {
    const live = await liveAfter(does.set(a, { title: 'one' }));
    let told = 0;
    const report = await verify(live.live, live.eventStore, () => Promise.resolve(0), {
      onProgress: () => {
        told += 1;
        live.eventStore.publish(...live.log.record(does.change(a, { title: 'two' }), does.registerProject('r')));
      },
    });
    expect(told).toBe(1);
    expect(report).toMatchObject({ ok: true, position: live.view.position, events: 6 });
    await live.live.close();
  });
});

describe('rebuilding', () => {
  it('mends the view, for those who hold it and for those who watch', async () => {
    const live = await liveAfter(does.set(a, { title: 'one' }), does.set('instance', {}));
    tamper(live);
    const seen: EffectiveSettings[] = [];
    live.live.watchers.watch(p, 'tracker').subscribe((settings) => seen.push(settings));
    const report = await rebuild(live.live, live.eventStore);
    expect(report).toMatchObject({ events: 5, position: live.view.position });
    expect(report.differences).toContain('tracker in group/a: project/p');
    assertHandedOut(report);
    expect(effective(live.view, p, 'tracker')).toMatchObject({ mode: 'inherited', source: a });
    expect((await verified(live)).ok).toBe(true);
    live.eventStore.publish(...live.log.record(does.change(a, { title: 'two' })));
    await live.live.waitFor(live.log.events.at(-1)!.position, { timeoutMs: 1_000 });
    expect(seen.map(({ mode, values }) => [mode, values['title']])).toEqual([
      ['custom', 'one'],
      ['inherited', 'one'],
      ['inherited', 'two'],
    ]);
    await live.live.close();
  });

  it('says nothing to those who watch where nothing was wrong', async () => {
    const live = await liveAfter(does.set(a, { title: 'one' }));
    const seen: EffectiveSettings[] = [];
    live.live.watchers.watch(p, 'tracker').subscribe((settings) => seen.push(settings));
    expect((await rebuild(live.live, live.eventStore)).differences).toEqual([]);
    expect(seen).toHaveLength(1);
    await live.live.close();
  });

  it('keeps what waits for the rest of its command', async () => {
    const live = await liveAfter(does.set(a, { title: 'one' }), does.lock(a));
    const [first, last] = live.log.recordTogether(does.unlock(a), does.reset(a));
    live.eventStore.publish(first!);
    await live.live.catchUp();
    await rebuild(live.live, live.eventStore);
    live.eventStore.publish(last!);
    await live.live.waitFor(last!.position, { timeoutMs: 1_000 });
    expect(effective(live.view, p, 'tracker').mode).toBe('unconfigured');
    expect((await verified(live)).ok).toBe(true);
    await live.live.close();
  });

  it('tells how far it has come', async () => {
    const live = await liveAfter();
    const told: Progress[] = [];
    await rebuild(live.live, live.eventStore, { onProgress: (progress) => told.push(progress) });
    expect(told).toEqual([{ events: 3, total: 3, perSecond: expect.any(Number) as number }]);
    await live.live.close();
  });

  it('leaves everything as it is where it is stopped', async () => {
    const live = await liveAfter(does.set(a, { title: 'one' }));
    tamper(live);
    const abort = new AbortController();
    const onProgress = (): void => abort.abort(new Error('enough'));
    await expect(rebuild(live.live, live.eventStore, { onProgress, signal: abort.signal })).rejects.toThrow('enough');
    expect(effective(live.view, p, 'tracker').mode).toBe('custom');
    await live.live.close();
  });

  it('leaves everything as it is where the log cannot be read on, and names the event', async () => {
    const live = await liveAfter(does.set(a, { title: 'one' }));
    tamper(live);
    const broken = live.eventStore.log[1]!;
    live.eventStore.log[1] = { ...broken, data: {} };
    await expect(rebuild(live.live, live.eventStore)).rejects.toMatchObject({
      code: 'STORE_CORRUPTED',
      message: expect.stringContaining('position 5') as string,
    });
    expect(effective(live.view, p, 'tracker').mode).toBe('custom');
    await live.live.close();
  });

  it('can go on twice at once', async () => {
    const live = await liveAfter(does.set(a, { title: 'one' }));
    tamper(live);
    const reports = await Promise.all([rebuild(live.live, live.eventStore), rebuild(live.live, live.eventStore)]);
    expect(reports.map(({ events }) => events)).toEqual([4, 4]);
    expect((await verified(live)).ok).toBe(true);
    await live.live.close();
  });
});
