import type { RecordedEvent } from '@integration-settings/domain';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effective } from '../effective-settings/queries.ts';
import { EffectiveSettingsView } from '../effective-settings/view.ts';
import type { SettingsChange, Status } from '../read-model.ts';
import { catalog } from '../testing/catalogs.fixture.ts';
import { assertHandedOut } from '../testing/handed-out.fixture.ts';
import { Log } from '../testing/log.fixture.ts';
import { ScriptedStore } from '../testing/scripted-store.fixture.ts';
import { does, sealed } from '../testing/view.fixture.ts';
import { LiveView } from './live-view.ts';

const p = { project: 'p' };
const code = (expected: string) => expect.objectContaining({ code: expected });

/** A live view of a scripted store, and the log that the script is written with. */
const setUp = () => {
  const log = new Log();
  const eventStore = new ScriptedStore();
  const view = new EffectiveSettingsView('integrations', catalog);
  const live = new LiveView({ view, eventStore, clock: () => new Date(0), catchUpWithinMs: 1_000 });
  const statuses: Status[] = [];
  live.status$.subscribe((status) => statuses.push(status));
  return { log, eventStore, view, live, statuses };
};
const statesOf = (statuses: readonly Status[]): readonly string[] => statuses.map(({ state }) => state);

/** What a promise fails with; `undefined` where it does not. Handled at once, also where it is looked at later. */
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Lets everything run that waits for nothing but its turn; no time passes. */
const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a live view', () => {
  it('reads what is there, then follows, from where it is', async () => {
    const { log, eventStore, live, view, statuses } = setUp();
    eventStore.log.push(...log.record(does.registerProject('p'), does.set('instance', { title: 'one' })));
    await live.start();
    expect(effective(view, p, 'tracker').values).toEqual({ title: 'one' });
    await settled();
    expect(eventStore.subscribedAfter).toEqual([view.position]);
    eventStore.publish(...log.record(does.change('instance', { title: 'two' })));
    await settled();
    expect(effective(view, p, 'tracker').values).toEqual({ title: 'two' });
    expect(statesOf(statuses)).toEqual(['catching-up', 'live']);
    await live.close();
  });

  it('says when the connection is gone, why, and when it is there again', async () => {
    const { log, eventStore, live, statuses } = setUp();
    await live.start();
    eventStore.say({ kind: 'disconnected', reason: 'the plug' }, { kind: 'checkpoint', position: 1n });
    await settled();
    eventStore.publish(...log.record(does.registerProject('p')));
    eventStore.say({ kind: 'caught-up' }, { kind: 'caught-up' });
    await settled();
    expect(statesOf(statuses)).toEqual(['catching-up', 'live', 'disconnected', 'catching-up', 'live']);
    expect(statuses[2]!.reason).toBe('the plug');
    expect(statuses[4]).toMatchObject({ since: '1970-01-01T00:00:00.000Z', reason: undefined });
    for (const status of statuses) assertHandedOut(status);
    await live.close();
  });

  it('subscribes again, later and later, where a subscription fails', async () => {
    const { log, eventStore, live, statuses } = setUp();
    await live.start();
    eventStore.publish(...log.record(does.registerProject('p')));
    eventStore.say(new Error('once'), new Error('twice'));
    await settled();
    expect(statuses.at(-1)).toMatchObject({ state: 'disconnected', reason: 'once' });
    await vi.advanceTimersByTimeAsync(100);
    expect(statuses.at(-1)).toMatchObject({ state: 'disconnected', reason: 'twice' });
    expect(eventStore.subscribedAfter).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(eventStore.subscribedAfter).toEqual([-1n, 2n, 2n]);
    eventStore.say({ kind: 'caught-up' });
    await settled();
    expect(statuses.at(-1)!.state).toBe('live');
    await live.close();
  });

  it.each([
    ['STORE_NEWER', { type: 'DefaultFrozen', data: {} }],
    ['STORE_CORRUPTED', { type: 'ProjectRemoved', data: {} }],
  ])('stops for good at an event that is %s, and answers reads as of the position before', async (expected, body) => {
    const { log, eventStore, live, view, statuses } = setUp();
    await live.start();
    const [last] = log.record(does.registerProject('p'));
    const stranger = log.recordRaw('integrations.project-p', body);
    eventStore.publish(last!, stranger, ...log.record(does.set('instance')));
    const waiting = live.waitFor(stranger.position, { timeoutMs: 1_000 });
    await expect(waiting).rejects.toEqual(code(expected));
    expect(live.stopped).toEqual(code(expected));
    expect(statuses.at(-1)).toMatchObject({
      state: 'outdated',
      position: last!.position,
      reason: live.stopped!.message,
    });
    expect(effective(view, p, 'tracker').mode).toBe('unconfigured');
    await expect(live.waitFor(last!.position, { timeoutMs: 1 })).resolves.toBeUndefined();
    await expect(live.waitFor(stranger.position, { timeoutMs: 1 })).rejects.toEqual(code(expected));
    await expect(live.catchUp()).rejects.toEqual(code(expected));
    await live.close();
  });

  it('stops at such an event also when it begins', async () => {
    const { log, eventStore, live, statuses } = setUp();
    eventStore.log.push(log.recordRaw('integrations.x-y', { type: 'DefaultFrozen', data: {} }));
    await live.start();
    expect(statesOf(statuses)).toEqual(['catching-up', 'outdated']);
    expect(eventStore.subscribedAfter).toEqual([]);
    await live.close();
  });
});

describe('waiting for a position', () => {
  it('ends when the view has passed it, or there is nothing of ours up to it', async () => {
    const { log, eventStore, live } = setUp();
    await live.start();
    const events = log.record(does.registerProject('p'), does.registerProject('q'));
    const waits = [events[0]!.position, events[1]!.position, 100n].map((position) =>
      live.waitFor(position, { timeoutMs: 50 }),
    );
    eventStore.publish(...events);
    await Promise.all(waits.slice(0, 2));
    eventStore.say({ kind: 'checkpoint', position: 100n });
    await waits[2];
    await live.close();
  });

  it('does not end at the first event of a command, which has no effect before the last', async () => {
    const { log, eventStore, live, view } = setUp();
    await live.start();
    const [first, last] = log.recordTogether(does.lock('instance'), does.reset('instance')) as [
      RecordedEvent,
      RecordedEvent,
    ];
    const ended: string[] = [];
    const waits = [first, last].map(async ({ position }) => {
      await live.waitFor(position, { timeoutMs: 1_000 });
      ended.push(`${position} at ${view.position}`);
    });
    eventStore.publish(first);
    await settled();
    expect(ended).toEqual([]);
    await live.catchUp(); // what waits for its rest is no reason to wait
    eventStore.publish(last);
    await Promise.all(waits);
    expect(ended.toSorted()).toEqual([`2 at ${last.position}`, `5 at ${last.position}`]);
    await live.close();
  });

  it('ends with TimedOut, the reason of its signal, or Closed', async () => {
    const { live } = setUp();
    await live.start();
    const late = failureOf(live.waitFor(1n, { timeoutMs: 50 }));
    const abort = new AbortController();
    const aborted = failureOf(live.waitFor(1n, { timeoutMs: 500, signal: abort.signal }));
    const closed = failureOf(live.waitFor(1n, { timeoutMs: 500 }));
    await vi.advanceTimersByTimeAsync(60);
    expect(await late).toEqual(code('TIMED_OUT'));
    const enough = new Error('enough');
    abort.abort(enough);
    expect(await aborted).toBe(enough);
    await expect(live.waitFor(-1n, { timeoutMs: 500, signal: abort.signal })).rejects.toThrow('enough');
    await live.close();
    expect(await closed).toEqual(code('CLOSED'));
    await expect(live.waitFor(1n, { timeoutMs: 500 })).rejects.toEqual(code('CLOSED'));
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('catching up', () => {
  it('waits until the view is where the head of the store was', async () => {
    const { log, eventStore, live, view } = setUp();
    await live.start();
    const [event] = log.record(does.registerProject('p'));
    eventStore.log.push(event!);
    const caughtUp = live.catchUp().then(() => view.position);
    await settled();
    eventStore.say({ kind: 'events', events: [event!] });
    expect(await caughtUp).toBe(event!.position);
    await live.close();
  });

  it('shares one look among calls at once, but never one that began before the call', async () => {
    const { eventStore, live } = setUp();
    await live.start();
    let release = (): void => {};
    eventStore.hold = new Promise((resolve) => (release = resolve));
    const first = live.catchUp();
    await settled();
    const [second, third] = [live.catchUp(), live.catchUp()];
    release();
    await Promise.all([first, second, third]);
    expect(eventStore.headReads).toBe(2);
    await live.close();
  });

  it('fails as StoreUnavailable where the view, or the store, is not in time', async () => {
    const { log, eventStore, live } = setUp();
    await live.start();
    eventStore.log.push(...log.record(does.registerProject('p')));
    const behind = failureOf(live.catchUp());
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await behind).toEqual(code('STORE_UNAVAILABLE'));
    eventStore.hold = new Promise(() => {});
    const silent = failureOf(live.catchUp());
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await silent).toEqual(code('STORE_UNAVAILABLE'));
    await live.close();
  });
});

describe('the changes', () => {
  it('come one for each event, each event of a command too, with whom it affected', async () => {
    const { log, eventStore, live } = setUp();
    await live.start();
    const changes: (readonly [string, number])[] = [];
    live.changes$.subscribe((change) => changes.push([change.cause.type, change.affected()]));
    eventStore.publish(
      ...log.record(does.registerGroup('a'), does.registerProject('p', 'a'), does.registerProject('q')),
      ...log.record(
        does.set('instance', { title: 'one' }),
        does.set({ group: 'a' }, { title: 'two' }),
        does.lock({ group: 'a' }),
      ),
      ...log.recordTogether(does.unlock({ group: 'a' }), does.reset({ group: 'a' })),
      ...log.record(does.moveProject('nobody'), does.removeGroup('a'), does.registerProject('r')),
    );
    await settled();
    expect(changes).toEqual([
      ['GroupRegistered', 0],
      ['ProjectRegistered', 0],
      ['ProjectRegistered', 0],
      ['InstanceDefaultSet', 2],
      ['GroupDefaultSet', 1],
      ['DefaultLocked', 0],
      ['DefaultUnlocked', 0],
      ['GroupDefaultReset', 1],
      ['ProjectTransferred', 0],
      ['GroupRemoved', 1],
      ['ProjectRegistered', 1],
    ]);
    await live.close();
  });

  it('say who did what, when and why, frozen and with secrets masked', async () => {
    const { log, eventStore, live } = setUp();
    await live.start();
    const changes: SettingsChange[] = [];
    live.changes$.subscribe((change) => changes.push(change));
    const [register, set] = log.record(
      does.registerProject('p'),
      does.set(p, { token: sealed('one', p), title: 'x', labels: ['y'], url: null }),
    );
    eventStore.publish(register!, {
      ...set!,
      data: { ...(set!.data as object), values: { token: sealed('one', p), labels: ['y'] } },
    });
    await settled();
    expect(changes).toMatchObject([
      { scope: p, integration: undefined, actor: 'actor-0', reason: 'reason 0', position: 2n },
      { scope: p, integration: 'tracker', cause: { data: { values: { token: '********', labels: ['y'] } } } },
    ]);
    for (const change of changes) assertHandedOut(change);
    await live.close();
  });

  it('count whom they affected only while they are announced', async () => {
    const { log, eventStore, live } = setUp();
    await live.start();
    let late: SettingsChange | undefined;
    live.changes$.subscribe((change) => (late = change));
    eventStore.publish(...log.record(does.registerProject('p')));
    await settled();
    expect(() => late!.affected()).toThrow(code('PREVIEW_OUTDATED'));
    await live.close();
  });

  it('and the status complete on closing', async () => {
    const { live } = setUp();
    await live.start();
    const ended: string[] = [];
    live.changes$.subscribe({ complete: () => ended.push('changes') });
    live.status$.subscribe({ complete: () => ended.push('status') });
    await live.close();
    expect(ended).toEqual(['changes', 'status']);
  });
});
