import { openMemoryEventStore, openMemoryReadModelStore } from '@integration-settings/adapters/memory';
import { type EventStore, isProjectionFailed, type RecordedEvent } from '@integration-settings/domain';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineProjection, loadProjection } from '../projection.ts';
import { catalog } from '../testing/catalogs.fixture.ts';
import { history } from '../testing/history.fixture.ts';
import { LogStore } from '../testing/log-store.fixture.ts';
import { type Body, Log } from '../testing/log.fixture.ts';
import { does, sealed } from '../testing/view.fixture.ts';
import { runProjection } from './run-projection.ts';

/** Remembers everything that it is told, in order. */
const everything = defineProjection({
  name: 'everything',
  version: 1,
  handles: 'all',
  initialState: { told: [] as unknown[] },
  evolve: (draft, { type, data, position }) => void draft.told.push([position.toString(), type, data]),
});

const nowhere: Readonly<Record<string, string>> = {};
/** Which group each project was registered in. */
const projects = defineProjection({
  name: 'projects',
  version: 1,
  handles: ['ProjectRegistered', 'ProjectRemoved'],
  initialState: nowhere,
  evolve: (draft, event) => {
    if (event.type === 'ProjectRemoved') delete draft[event.data.project];
    else draft[event.data.project] = event.data.group ?? 'the instance';
  },
});

const logOf = (...bodies: readonly Body[]): Log => {
  const log = new Log();
  log.record(...bodies);
  return log;
};

const append = async (eventStore: EventStore, { id, type, data, metadata, streamName }: RecordedEvent): Promise<void> =>
  void (await eventStore.appendToStream(streamName, [{ id, type, data, metadata }], { expectedRevision: 'any' }));

describe('running a projection', () => {
  it('folds the events that it handles and saves the state with the checkpoint', async () => {
    const store = openMemoryReadModelStore();
    expect(await loadProjection({ projection: projects, store })).toEqual({ checkpoint: -1n, state: {} });
    const log = logOf(does.registerGroup('a'), does.registerProject('p', 'a'), does.registerProject('q'));
    log.record(does.removeProject('q'), does.registerGroup('b'));
    const options = { eventStore: new LogStore(log.events), projection: projects, store, follow: false };
    expect(await runProjection(options)).toBe(log.events.at(-1)!.position);
    expect(await loadProjection({ projection: projects, store })).toEqual({
      checkpoint: log.events.at(-1)!.position,
      state: { p: 'a' },
    });
  });

  it('hands out no ciphertext', async () => {
    const store = openMemoryReadModelStore();
    const log = logOf(does.set('instance', { token: sealed('one', 'instance') }));
    await runProjection({ eventStore: new LogStore(log.events), projection: everything, store, follow: false });
    const { state } = await loadProjection({ projection: everything, store });
    expect(JSON.stringify(state)).toContain('********');
    expect(JSON.stringify(state)).not.toContain('nonce');
  });

  it('hands out nothing that the catalog calls a secret, also where it was stored before it did', async () => {
    const store = openMemoryReadModelStore();
    const log = logOf(does.set('instance', { title: 'a title', token: 'in clear' }));
    const options = { eventStore: new LogStore(log.events), projection: everything, store, follow: false };
    await runProjection({ ...options, catalog });
    const { state } = await loadProjection({ projection: everything, store });
    expect(JSON.stringify(state)).toContain('a title');
    expect(JSON.stringify(state)).not.toContain('in clear');
  });

  it.each([
    ['the event', (event: unknown) => event, 'a bigint'],
    ['a bigint', () => 1n, 'a bigint'],
    ['what is no number', () => Number.NaN, 'NaN'],
    ['a date', () => new Date(0), 'Date'],
    ['a list with a hole', () => [undefined], 'undefined'],
  ])('names the projection and the place where the state holds %s, which JSON does not', async (_, valueOf, named) => {
    const store = openMemoryReadModelStore();
    const sloppy = defineProjection({
      ...projects,
      evolve: (draft: Record<string, unknown>, event) => void (draft['last'] = valueOf(event)),
    });
    const log = logOf(does.registerProject('p'));
    const running = runProjection({ eventStore: new LogStore(log.events), projection: sloppy, store, follow: false });
    const error = await running.catch((thrown: unknown) => thrown);
    expect(error).toSatisfy(isProjectionFailed);
    expect((error as Error).cause).toMatchObject({ message: expect.stringContaining(named) as string });
    expect(await loadProjection({ projection: sloppy, store })).toEqual({ checkpoint: -1n, state: {} });
  });

  it('gives the same, stopped and resumed anywhere, as in one run', async () => {
    const stops = fc.array(fc.nat(80), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(history('small'), stops, async (events, lengths) => {
        const [resumed, once] = [openMemoryReadModelStore(), openMemoryReadModelStore()];
        for (const length of lengths.toSorted((one, other) => one - other)) {
          const eventStore = new LogStore(events.slice(0, length));
          await runProjection({ eventStore, projection: everything, store: resumed, follow: false });
        }
        const options = { eventStore: new LogStore(events), projection: everything, follow: false };
        await runProjection({ ...options, store: resumed });
        await runProjection({ ...options, store: once });
        expect(await loadProjection({ projection: everything, store: resumed })).toEqual(
          await loadProjection({ projection: everything, store: once }),
        );
        const { checkpoint, state } = await loadProjection({ projection: everything, store: once });
        expect(checkpoint).toBe(events.at(-1)!.position);
        expect(state.told).toHaveLength(events.length);
      }),
      { numRuns: 50 },
    );
  });

  it('saves nothing of a command whose last event has not come', async () => {
    const store = openMemoryReadModelStore();
    const log = logOf(does.registerGroup('a'));
    log.recordTogether(does.lock('instance', undefined), does.set('instance', {}));
    const run = (count: number) =>
      runProjection({
        eventStore: new LogStore(log.events.slice(0, count)),
        projection: everything,
        store,
        follow: false,
      });
    expect(await run(2)).toBe(log.events[0]!.position);
    expect((await loadProjection({ projection: everything, store })).state.told).toHaveLength(1);
    expect(await run(3)).toBe(log.events[2]!.position);
    expect((await loadProjection({ projection: everything, store })).state.told).toHaveLength(3);
  });

  it('names the projection, the event and its position where the fold throws, and saves nothing of it', async () => {
    const store = openMemoryReadModelStore();
    const failing = defineProjection({
      ...projects,
      evolve: (draft: Record<string, string>, event: { data: { project: string } }) => {
        draft[event.data.project] = 'there';
        if (event.data.project === 'q') throw new RangeError('no q');
      },
    });
    const log = logOf(does.registerProject('p'), does.registerProject('q'));
    const error = await runProjection({
      eventStore: new LogStore(log.events),
      projection: failing,
      store,
      follow: false,
    }).catch((thrown: unknown) => thrown);
    expect(error).toSatisfy(isProjectionFailed);
    const { id, position } = log.events[1]!;
    expect(error).toMatchObject({ projection: 'projects', eventId: id, position, cause: new RangeError('no q') });
    expect(await loadProjection({ projection: failing, store })).toEqual({ checkpoint: -1n, state: {} });
  });

  it('stops at an event of a newer release, with all that comes before it', async () => {
    const store = openMemoryReadModelStore();
    const log = logOf(does.registerProject('p'), does.registerProject('q'));
    log.recordRaw('integrations.project-p', { type: 'ProjectPainted', data: {} });
    log.record(does.removeProject('p'));
    const options = { eventStore: new LogStore(log.events), projection: projects, store, follow: false };
    await expect(runProjection(options)).rejects.toMatchObject({ code: 'STORE_NEWER' });
    expect(await loadProjection({ projection: projects, store })).toEqual({
      checkpoint: log.events[1]!.position,
      state: { p: 'the instance', q: 'the instance' },
    });
  });

  it('starts another version anew beside the old one', async () => {
    const store = openMemoryReadModelStore();
    const eventStore = new LogStore(logOf(does.registerProject('p', 'a')).events);
    const second = defineProjection({ ...projects, version: 2, evolve: (draft) => void (draft['seen'] = 'yes') });
    await runProjection({ eventStore, projection: projects, store, follow: false });
    await runProjection({ eventStore, projection: second, store, follow: false });
    expect((await loadProjection({ projection: projects, store })).state).toEqual({ p: 'a' });
    expect((await loadProjection({ projection: second, store })).state).toEqual({ seen: 'yes' });
  });

  it('follows the log until its signal aborts', async () => {
    const [eventStore, store, stop] = [openMemoryEventStore(), openMemoryReadModelStore(), new AbortController()];
    const { events } = logOf(does.registerProject('p'), does.registerProject('q', 'a'), does.removeProject('p'));
    await append(eventStore, events[0]!);
    const reached = Promise.withResolvers<void>();
    const running = runProjection({
      eventStore,
      projection: projects,
      store,
      signal: stop.signal,
      onProgress: ({ checkpoint }) => {
        if (checkpoint === 0n) void append(eventStore, events[1]!).then(() => append(eventStore, events[2]!));
        if (checkpoint === 2n) reached.resolve();
      },
    });
    await reached.promise;
    stop.abort();
    expect(await running).toBe(2n);
    expect((await loadProjection({ projection: projects, store })).state).toEqual({ q: 'a' });
    expect(await runProjection({ eventStore, projection: projects, store, signal: stop.signal })).toBe(2n);
  });

  it('throws the reason of its signal where it does not follow', async () => {
    const store = openMemoryReadModelStore();
    const eventStore = new LogStore(logOf(does.registerProject('p')).events);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(runProjection({ eventStore, projection: projects, store, follow: false, signal })).rejects.toThrow(
      'enough',
    );
  });

  it('tells how many events it has read, and the checkpoint', async () => {
    const store = openMemoryReadModelStore();
    const log = logOf(...['p', 'q', 's', 't', 'u', 'v'].map((id) => does.registerProject(id)));
    const told: unknown[] = [];
    await runProjection({
      eventStore: new LogStore(log.events),
      projection: projects,
      store,
      follow: false,
      onProgress: ({ perSecond, ...progress }) => told.push([progress, typeof perSecond]),
    });
    expect(told).toEqual([
      [{ events: 5, total: undefined, checkpoint: log.events[4]!.position }, 'number'],
      [{ events: 6, total: undefined, checkpoint: log.events[5]!.position }, 'number'],
    ]);
  });
});

describe('a projection', () => {
  it('has a name, a version and a namespace', async () => {
    expect(() => defineProjection({ ...projects, name: '' })).toThrow(TypeError);
    expect(() => defineProjection({ ...projects, name: 7 as never })).toThrow(TypeError);
    expect(() => defineProjection({ ...projects, version: 0 })).toThrow(TypeError);
    const store = openMemoryReadModelStore();
    await expect(loadProjection({ projection: projects, store, namespace: 'No!' })).rejects.toThrow(TypeError);
  });
});
