import { openMemoryEventStore, openMemoryReadModelStore } from '@integration-settings/adapters/memory';
import type { ReadModelStore, RecordedEvent } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { defineProjection, loadProjection } from '../projection.ts';
import { LogStore } from '../testing/log-store.fixture.ts';
import { Log } from '../testing/log.fixture.ts';
import { does } from '../testing/view.fixture.ts';
import { rebuildProjection, runProjection, verifyProjection } from './run-projection.ts';

const nobody: Readonly<Record<string, string>> = {};
/** Which group each project was registered in. */
const projection = defineProjection({
  name: 'projects',
  version: 1,
  handles: ['ProjectRegistered'],
  initialState: { groups: nobody },
  evolve: ({ groups }, { data }) => void (groups[data.project] = data.group ?? 'the instance'),
});
const key = { namespace: 'integrations', name: 'projects', version: 1 };

const log = new Log();
log.record(...Array.from({ length: 23 }, (_, index) => does.registerProject(`p${index}`, 'a')));
const eventStore = new LogStore(log.events);
const head = log.events.at(-1)!.position;

/** A store whose state says what the log does not. */
const wrongStore = async (): Promise<ReadModelStore> => {
  const store = openMemoryReadModelStore();
  await runProjection({ eventStore, projection, store, follow: false });
  const saved = await store.load(key, 'current');
  const { p0: _missing, ...groups } = (saved!.state as typeof projection.initialState).groups;
  await store.save(key, 'current', { ...saved!, state: { groups: { ...groups, p1: 'b', p99: 'a' } } });
  return store;
};
const right = async () => {
  const store = openMemoryReadModelStore();
  await runProjection({ eventStore, projection, store, follow: false });
  return loadProjection({ projection, store });
};

describe('rebuilding a projection', () => {
  it('says in what the state before was wrong, and puts the right one in its place', async () => {
    const store = await wrongStore();
    expect(await rebuildProjection({ eventStore, projection, store })).toEqual({
      events: 23,
      position: head,
      milliseconds: expect.any(Number) as number,
      differences: ['/groups/p1 was "b", is "a"', '/groups/p99 was "a", is absent', '/groups/p0 was absent, is "a"'],
    });
    expect(await loadProjection({ projection, store })).toEqual(await right());
    expect((await rebuildProjection({ eventStore, projection, store })).differences).toEqual([]);
  });

  it('builds one that never ran up to the head of the log', async () => {
    const store = openMemoryReadModelStore();
    expect(await rebuildProjection({ eventStore, projection, store })).toMatchObject({
      position: head,
      differences: [],
    });
    expect(await loadProjection({ projection, store })).toEqual(await right());
  });

  it('goes no further than the one that holds, which can then be compared', async () => {
    const store = openMemoryReadModelStore();
    await runProjection({ eventStore: new LogStore(log.events.slice(0, 7)), projection, store, follow: false });
    const report = await rebuildProjection({ eventStore, projection, store });
    expect(report).toMatchObject({ events: 7, position: log.events[6]!.position, differences: [] });
  });

  it('leaves the old one as it is when its signal aborts, and goes on there the next time', async () => {
    const store = await wrongStore();
    const before = await loadProjection({ projection, store });
    const abort = new AbortController();
    const broken = rebuildProjection({
      eventStore,
      projection,
      store,
      signal: abort.signal,
      onProgress: ({ events }) => {
        if (events === 10) abort.abort(new Error('enough'));
      },
    });
    await expect(broken).rejects.toThrow('enough');
    expect(await loadProjection({ projection, store })).toEqual(before);
    const report = await rebuildProjection({ eventStore, projection, store });
    expect(report).toMatchObject({ events: 13, position: head });
    expect(report.differences).toHaveLength(3);
    expect(await loadProjection({ projection, store })).toEqual(await right());
  });

  it('is refused while another one runs, and not afterwards', async () => {
    const store = await wrongStore();
    const results = await Promise.allSettled([
      rebuildProjection({ eventStore, projection, store }),
      rebuildProjection({ eventStore, projection, store }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(results[1]).toMatchObject({ reason: { code: 'REBUILD_IN_PROGRESS' } });
    expect((await rebuildProjection({ eventStore, projection, store })).differences).toEqual([]);
  });

  it('catches up with a run that goes on meanwhile, which then goes on with what was built', async () => {
    const store = await wrongStore();
    const grown = new Log();
    grown.events.push(...log.events);
    grown.record(does.registerProject('late', 'a'));
    const longer = new LogStore(grown.events);
    let ran: Promise<bigint> | undefined;
    const report = await rebuildProjection({
      eventStore: longer,
      projection,
      store,
      onProgress: () => void (ran ??= runProjection({ eventStore: longer, projection, store, follow: false })),
    });
    await ran;
    expect(report.differences).toHaveLength(3);
    await runProjection({ eventStore: longer, projection, store, follow: false });
    const { state } = await loadProjection({ projection, store });
    expect(state).toEqual({ groups: { ...(await right()).state.groups, late: 'a' } });
  });

  it('has a run begin again on what was built, where it had begun on the old one', async () => {
    const store = await wrongStore();
    const grown = new Log();
    grown.events.push(...log.events);
    grown.record(...Array.from({ length: 10 }, (_, index) => does.registerProject(`late${index}`, 'a')));
    let rebuilt = false;
    const interrupting: ReadModelStore = {
      load: (...given) => store.load(...given),
      save: async (...given) => {
        if (!rebuilt) {
          rebuilt = true;
          await rebuildProjection({ eventStore, projection, store });
        }
        return store.save(...given);
      },
      promote: (...given) => store.promote(...given),
      discard: (...given) => store.discard(...given),
      claim: (...given) => store.claim(...given),
      close: () => store.close(),
    };
    await runProjection({ eventStore: new LogStore(grown.events), projection, store: interrupting, follow: false });
    const { checkpoint, state } = await loadProjection({ projection, store });
    expect(checkpoint).toBe(grown.events.at(-1)!.position);
    expect(state.groups).toMatchObject({ p0: 'a', p1: 'a', late0: 'a', late9: 'a' });
    expect(Object.keys(state.groups)).toHaveLength(33);
  });

  it('is taken over by a run that follows the log', async () => {
    const [followed, store, stop] = [openMemoryEventStore(), openMemoryReadModelStore(), new AbortController()];
    const append = async ({ streamName, id, type, data, metadata }: RecordedEvent): Promise<void> =>
      void (await followed.appendToStream(streamName, [{ id, type, data, metadata }], { expectedRevision: 'any' }));
    const grown = new Log();
    grown.record(does.registerProject('early', 'a'), does.registerProject('late', 'a'));
    await append(grown.events[0]!);
    const reached = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    const own = { eventStore: followed, projection: { ...projection, version: 2 }, store };
    const running = runProjection({
      ...own,
      signal: stop.signal,
      onProgress: ({ checkpoint }) => reached[Number(checkpoint)]?.resolve(),
    });
    await reached[0].promise;
    const { generation } = (await store.load({ ...key, version: 2 }, 'current'))!;
    await rebuildProjection(own);
    await append(grown.events[1]!);
    await reached[1].promise;
    stop.abort();
    await running;
    const saved = await store.load({ ...key, version: 2 }, 'current');
    expect(saved).toEqual({
      generation: generation + 1,
      checkpoint: 1n,
      state: { groups: { early: 'a', late: 'a' } },
    });
  });
});

describe('verifying a projection', () => {
  it('names by path what differs, and changes nothing', async () => {
    const store = await wrongStore();
    const before = await loadProjection({ projection, store });
    expect(await verifyProjection({ eventStore, projection, store })).toEqual({
      ok: false,
      events: 23,
      position: head,
      differences: ['/groups/p1 was "b", is "a"', '/groups/p99 was "a", is absent', '/groups/p0 was absent, is "a"'],
    });
    expect(await loadProjection({ projection, store })).toEqual(before);
    expect(await store.load(key, 'next')).toBeUndefined();
    await rebuildProjection({ eventStore, projection, store });
    expect(await verifyProjection({ eventStore, projection, store })).toMatchObject({ ok: true, differences: [] });
  });

  it('begins anew where what was broken off is ahead of what holds', async () => {
    const store = openMemoryReadModelStore();
    await runProjection({ eventStore: new LogStore(log.events.slice(0, 7)), projection, store, follow: false });
    await store.save(key, 'next', { generation: 2, checkpoint: head, state: {} });
    expect(await verifyProjection({ eventStore, projection, store })).toEqual({
      ok: true,
      events: 7,
      position: log.events[6]!.position,
      differences: [],
    });
  });

  it('is refused while a rebuild runs', async () => {
    const store = await wrongStore();
    const [, verified] = await Promise.allSettled([
      rebuildProjection({ eventStore, projection, store }),
      verifyProjection({ eventStore, projection, store }),
    ]);
    expect(verified).toMatchObject({ reason: { code: 'REBUILD_IN_PROGRESS' } });
  });
});
