import { setImmediate as turn } from 'node:timers/promises';
import { openMemorySnapshotStore } from '@integration-settings/adapters/snapshots';
import { type SnapshotStore, StoreUnavailable } from '@integration-settings/domain';
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { EffectiveSettingsView } from '../effective-settings/view.ts';
import { catalog } from '../testing/catalogs.fixture.ts';
import { Log } from '../testing/log.fixture.ts';
import { does } from '../testing/view.fixture.ts';
import { pagesOf, viewOf } from './image.fixture.ts';
import { snapshotsOver } from './snapshots.fixture.ts';
import { SnapshotWriter } from './snapshot-writer.ts';

const log = new Log();
beforeAll(() => {
  for (let index = 0; index < 25_000; index += 1) log.record(does.registerProject(`p${index}`));
});

/** A writer of an empty view, and a way to let it fold the next events of the log. */
const writerOver = (store: SnapshotStore = openMemorySnapshotStore()) => {
  const view = new EffectiveSettingsView('integrations', catalog);
  const { snapshots, warnings } = snapshotsOver(log.events, store);
  const writer = new SnapshotWriter(view, snapshots);
  const fold = (until: number): void => {
    for (const event of log.events.slice(view.events, until)) {
      view.apply(event);
      writer.noteEvent();
    }
  };
  const written = async (): Promise<readonly number[]> =>
    (await store.list('integrations')).map(({ position }) => Number((position - 2n) / 3n) + 1);
  /** Waits until so many snapshots were written, for as many turns as that can take. */
  const until = async (count: number): Promise<readonly number[]> => {
    for (let turns = 0; turns < 10_000 && (await written()).length < count; turns += 1) await turn();
    return written();
  };
  return { store, view, writer, warnings, fold, written, until };
};

it('writes one after each ten thousand events, and the last when it is closed', async () => {
  const { writer, fold, written, until, warnings } = writerOver();
  writer.start();
  fold(9_999);
  await turn();
  expect(await written()).toEqual([]);
  fold(10_000);
  expect(await until(1)).toEqual([10_000]);
  fold(19_999);
  await turn();
  expect(await written()).toEqual([10_000]);
  fold(20_000);
  expect(await until(2)).toEqual([20_000, 10_000]);
  fold(20_001);
  await writer.close();
  expect(await written()).toEqual([20_001, 20_000, 10_000]);
  expect(warnings).toEqual([]);
});

it('waits with the first until it has started', async () => {
  const { writer, fold, written, until } = writerOver();
  fold(15_000);
  await turn();
  expect(await written()).toEqual([]);
  writer.start();
  expect(await until(1)).toEqual([15_000]);
  await writer.close();
});

it('writes nothing on closing where no event has come since', async () => {
  const { store, writer, fold, written, until, warnings } = writerOver();
  writer.start();
  fold(10_000);
  await until(1);
  Object.assign(store, { write: () => Promise.reject(new Error('nothing new')) });
  await writer.close();
  expect(warnings).toEqual([]);
  expect(await written()).toEqual([10_000]);
  const empty = writerOver();
  empty.writer.start();
  await empty.writer.close();
  expect(await empty.written()).toEqual([]);
});

it('counts from what was restored', async () => {
  const { store, writer, fold } = writerOver();
  writer.start();
  fold(12_000);
  await writer.close();
  const { snapshots, warnings } = snapshotsOver(log.events, store);
  const view = (await snapshots.restore())!;
  const next = new SnapshotWriter(view, snapshots);
  next.start();
  await next.close();
  expect(view.events).toBe(12_000);
  expect(warnings).toEqual([]);
  expect(await store.list('integrations')).toHaveLength(1);
});

it('waits for more events where the tree is large', async () => {
  const { view, writer, fold, written } = writerOver();
  Object.defineProperty(view.tree, 'size', { get: () => 1_000_000 });
  writer.start();
  fold(25_000);
  await turn();
  expect(await written()).toEqual([]);
});

it('writes one at a time, each of its own moment', async () => {
  const store = openMemorySnapshotStore();
  const write = store.write.bind(store);
  let running = 0;
  let most = 0;
  Object.assign(store, {
    write: async (...given: Parameters<SnapshotStore['write']>) => {
      running += 1;
      most = Math.max(most, running);
      await write(...given);
      running -= 1;
    },
  });
  const { writer, fold, written } = writerOver(store);
  writer.start();
  fold(10_000);
  fold(20_000);
  fold(25_000);
  await writer.close();
  expect(most).toBe(1);
  expect(await written()).toEqual([25_000]); // the first was taken when all had come
});

it('warns when a snapshot cannot be written, and goes on', async () => {
  const store = openMemorySnapshotStore();
  const full = new StoreUnavailable('The disk is full.');
  const writable = store.write.bind(store);
  Object.assign(store, { write: () => Promise.reject(full) });
  const { writer, fold, until, warnings } = writerOver(store);
  writer.start();
  fold(10_000);
  for (let turns = 0; turns < 10_000 && warnings.length === 0; turns += 1) await turn();
  fold(19_999);
  expect(warnings).toEqual([[expect.stringContaining('could not be written'), { err: full }]]);
  Object.assign(store, { write: writable });
  fold(20_000);
  expect(await until(1)).toEqual([20_000]);
  await writer.close();
  expect(warnings).toHaveLength(1);
});

it('writes a fresh one when it renews, and nothing else is left where the view was wrong', async () => {
  const { store, view, writer, fold, written, until } = writerOver();
  writer.start();
  fold(10_000);
  await until(1);
  fold(10_005);
  await writer.renew(false);
  expect(await written()).toEqual([10_005, 10_000]);
  view.adopt(viewOf(log.events.slice(0, 10_005)));
  await writer.renew(true);
  expect(await written()).toEqual([10_005]);
  const [header] = await store.list('integrations');
  const pages: Uint8Array[] = [];
  for await (const page of store.read(header!)) pages.push(page);
  expect(pages).toEqual(pagesOf(view));
  await writer.close();
});

it.each(['list', 'write', 'close'] as const)('goes on without a store whose %s never ends', async (call) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const inner = openMemorySnapshotStore();
  const store: SnapshotStore = {
    list: (name) => inner.list(name),
    read: (header) => inner.read(header),
    write: (...given) => inner.write(...given),
    delete: (header) => inner.delete(header),
    close: () => inner.close(),
    [call]: () => new Promise(() => {}),
  };
  const { writer, fold, warnings } = writerOver(store);
  const { snapshots, warnings: closing } = snapshotsOver(log.events, store);
  writer.start();
  fold(1);
  const closed = writer.close().then(() => snapshots.close());
  for (let turns = 0; turns < 100; turns += 1) await turn();
  await vi.advanceTimersByTimeAsync(30_000);
  await closed;
  expect([...warnings, ...closing]).toHaveLength(1);
});
