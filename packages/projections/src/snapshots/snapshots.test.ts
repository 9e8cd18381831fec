import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileSnapshotStore, openMemorySnapshotStore } from '@integration-settings/adapters/snapshots';
import { type SnapshotHeader, type SnapshotStore, StoreUnavailable } from '@integration-settings/domain';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Log } from '../testing/log.fixture.ts';
import { does } from '../testing/view.fixture.ts';
import { foldVersion } from './format.ts';
import { pagesOf, textOf, viewOf } from './image.fixture.ts';
import { signal, snapshotsOver, writeAfter } from './snapshots.fixture.ts';

const log = new Log();
log.record(
  does.registerGroup('a'),
  does.registerProject('p', 'a', 'Name'),
  does.set('instance', { url: 'https://one.example', labels: ['x'] }),
  does.set({ project: 'p' }, { url: 'https://two.example' }, false),
  does.registerProject('p', 'a'),
  does.moveProject('q'),
);
log.recordTogether(does.set({ group: 'a' }, {}), does.change({ group: 'a' }, { title: 'later' }));
const { events } = log;

const withKind = (page: Uint8Array, kind: number): Uint8Array => {
  const changed = new Uint8Array(page);
  changed[0] = kind;
  return changed;
};
/** The first integer as a machine with another byte order would read it. */
const swapped = (page: Uint8Array): Uint8Array => {
  const changed = Buffer.from(page);
  changed.subarray(0, 4).reverse();
  return changed;
};
/** Where the last of so many events stands. */
const at = (count: number) => ({ position: events[count - 1]!.position, eventId: events[count - 1]!.id });
/** The position of the last of so many events. */
const positionOf = (count: number): bigint => events[count - 1]!.position;
const details = { err: expect.anything() as unknown };

describe('restoring', () => {
  it('gives nothing, and warns of nothing, where nothing was written', async () => {
    const { snapshots, warnings } = snapshotsOver(events);
    expect(await snapshots.restore()).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('gives the newest, or the newest up to a position', async () => {
    const { snapshots, store, eventStore, warnings } = snapshotsOver(events);
    await writeAfter(store, events, [2, 4, 7]);
    expect((await snapshots.restore())?.last?.position).toBe(positionOf(7));
    expect((await snapshots.restore(positionOf(7) - 1n))?.last?.position).toBe(positionOf(4));
    expect((await snapshots.restore(positionOf(4)))?.last?.position).toBe(positionOf(4));
    expect((await snapshots.restore(positionOf(2)))?.last?.position).toBe(positionOf(2));
    expect(await snapshots.restore(positionOf(2) - 1n)).toBeUndefined();
    expect(warnings).toEqual([]);
    expect(eventStore.read).toBe(4); // the event that each snapshot ends with
  });

  it('keeps namespaces apart in one store', async () => {
    const { store } = snapshotsOver(events);
    await writeAfter(store, events, [3]);
    const { snapshots, warnings } = snapshotsOver(events, store, { namespace: 'others' });
    expect(await snapshots.restore()).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('passes over a snapshot of another log, and of one that ends before it', async () => {
    const { store } = snapshotsOver(events);
    await writeAfter(store, events, [3, 4, 6]);
    const other = [...events.slice(0, 3), { ...events[3]!, id: randomUUID() }];
    const { snapshots, warnings } = snapshotsOver(other, store);
    expect((await snapshots.restore())?.last?.position).toBe(positionOf(3));
    expect(warnings.map(([, { err }]) => (err as Error).message)).toEqual([
      expect.stringContaining('The log has no event at revision 0'),
      expect.stringContaining('The log has another event at revision 0'),
    ]);
    expect(warnings[1]![1]).toMatchObject({ snapshot: { name: 'integrations', position: '11', version: foldVersion } });
  });

  it('passes over a snapshot of a copy of the log with other positions', async () => {
    const { store } = snapshotsOver(events);
    await writeAfter(store, events, [3]);
    const copy = events.map((event, index) => ({ ...event, position: BigInt(index) }));
    const { snapshots, warnings } = snapshotsOver(copy, store);
    expect(await snapshots.restore()).toBeUndefined();
    expect(warnings).toHaveLength(1);
  });

  it.each([foldVersion + 1, foldVersion + 7])(
    'passes over snapshots of version %i of the fold, with one warning',
    async (version) => {
      const { snapshots, store, warnings } = snapshotsOver(events);
      for (const count of [2, 3]) {
        const { position, id: eventId } = events[count - 1]!;
        await store.write(
          { name: 'integrations', version, position, eventId },
          pagesOf(viewOf(events.slice(0, count))),
        );
      }
      expect(await snapshots.restore()).toBeUndefined();
      expect(warnings).toEqual([
        [expect.stringContaining('other versions'), { found: [version], expected: foldVersion }],
      ]);
    },
  );

  it('passes over a snapshot whose content belongs to another header', async () => {
    const { snapshots, store, warnings } = snapshotsOver(events);
    const { position, id: eventId } = events[2]!;
    await store.write({ name: 'integrations', version: foldVersion, position, eventId }, pagesOf(viewOf(events)));
    expect(await snapshots.restore()).toBeUndefined();
    expect(warnings).toHaveLength(1);
  });

  it.each<[string, (pages: readonly Uint8Array[]) => readonly Uint8Array[]]>([
    ['without pages', () => []],
    ['without its first page', (pages) => pages.slice(1)],
    ['without its last page', (pages) => pages.slice(0, -1)],
    ['without a page in the middle', (pages) => pages.toSpliced(4, 1)],
    ['with a page twice', (pages) => pages.toSpliced(4, 0, pages[4]!)],
    ['with a page after its end', (pages) => [...pages, pages.at(-1)!]],
    ['with an empty page', (pages) => pages.with(3, new Uint8Array())],
    ['with half a page', (pages) => pages.with(4, pages[4]!.subarray(0, pages[4]!.length / 2))],
    ['with a page of text', (pages) => pages.with(3, Buffer.from('something else, of whatever kind'))],
    ['with a page of an unknown kind', (pages) => pages.with(3, withKind(pages[3]!, 99))],
    ['of a machine with another byte order', (pages) => pages.map((page) => swapped(page))],
  ])('passes over a snapshot %s', async (_, change) => {
    const { snapshots, store, warnings } = snapshotsOver(events);
    const { position, id: eventId } = events.at(-1)!;
    const header = { name: 'integrations', version: foldVersion, position, eventId };
    await writeAfter(store, events, [3]);
    await store.write(header, change(pagesOf(viewOf(events))));
    expect((await snapshots.restore())?.last?.position).toBe(positionOf(3));
    expect(warnings).toHaveLength(1);
  });

  it('warns of a snapshot once, and deletes what is of no use with the next one written', async () => {
    const { store } = snapshotsOver(events);
    await writeAfter(store, events, [3]);
    const { position, id: eventId } = events[4]!;
    await store.write({ name: 'integrations', version: foldVersion, position, eventId }, []);
    const { snapshots, warnings } = snapshotsOver(events, store);
    await snapshots.restore();
    await snapshots.restore();
    expect(warnings).toHaveLength(1);
    await snapshots.write(viewOf(events), signal);
    expect((await store.list('integrations')).map((header) => header.position)).toEqual([positionOf(8), positionOf(3)]);
  });

  it('reads the log where the store fails, and warns', async () => {
    const failing = Object.assign(openMemorySnapshotStore(), {
      list: () => Promise.reject(new StoreUnavailable('The disk is away.')),
    });
    const { snapshots, warnings } = snapshotsOver(events, failing);
    expect(await snapshots.restore()).toBeUndefined();
    expect(warnings).toEqual([[expect.stringContaining('cannot be listed'), details]]);
  });

  it('throws the reason of an aborted signal, and warns of nothing', async () => {
    const { snapshots, store, warnings } = snapshotsOver(events);
    await writeAfter(store, events, [3]);
    const reason = new Error('not now');
    await expect(snapshots.restore(undefined, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(warnings).toEqual([]);
  });
});

describe('writing', () => {
  it('writes what the view is when its pages are taken', async () => {
    const { snapshots, store, warnings } = snapshotsOver(events);
    const view = viewOf(events.slice(0, 4));
    const writing = snapshots.write(view, signal);
    for (const event of events.slice(4)) view.apply(event);
    await writing;
    const [header] = await store.list('integrations');
    const pages: Uint8Array[] = [];
    for await (const page of store.read(header!)) pages.push(page.slice());
    expect(textOf(pages)).toEqual(textOf(pagesOf(viewOf(events))));
    expect(warnings).toEqual([]);
  });

  it('writes nothing before the first event, and nothing twice', async () => {
    const { snapshots, store, warnings } = snapshotsOver(events);
    await snapshots.write(viewOf([]), signal);
    expect(await store.list('integrations')).toEqual([]);
    await snapshots.write(viewOf(events), signal);
    const once = Object.assign(store, { write: () => Promise.reject(new Error('again')) });
    await snapshotsOver(events, once).snapshots.write(viewOf(events), signal);
    expect(warnings).toEqual([]);
  });

  it('deletes snapshots that are no longer worth keeping, and those of earlier versions, but no later ones', async () => {
    const store = openMemorySnapshotStore();
    await writeAfter(store, events, [1, 2, 3, 4, 5, 6, 7]);
    const { position, id: eventId } = events[4]!;
    const older: SnapshotHeader = { name: 'integrations', version: foldVersion + 1, position, eventId };
    await store.write(older, []);
    await snapshotsOver(events, store).snapshots.write(viewOf(events), signal);
    expect(await store.list('integrations')).toEqual(
      [...[8, 7, 6, 4, 1].map((count) => ({ ...older, version: foldVersion, ...at(count) })), older].toSorted(
        (one, other) => Number(other.position - one.position),
      ),
    );
  });

  it('deletes all others when it renews', async () => {
    const store = openMemorySnapshotStore();
    await writeAfter(store, events, [1, 2, 8]);
    const { snapshots } = snapshotsOver(events, store);
    await snapshots.write(viewOf(events), signal, true);
    expect((await store.list('integrations')).map((header) => header.position)).toEqual([positionOf(8)]);
  });

  it('warns where it fails, leaves no image behind, and does better the next time', async () => {
    const { snapshots, store, warnings } = snapshotsOver(events);
    const write = store.write.bind(store);
    const full = new StoreUnavailable('The disk is full.');
    Object.assign(store, {
      write: async (_: SnapshotHeader, pages: AsyncIterable<Uint8Array>) => {
        for await (const page of pages) if (page.length > 0) throw full;
      },
    } satisfies Partial<SnapshotStore>);
    const view = viewOf(events.slice(0, 3));
    await snapshots.write(view, signal);
    expect(warnings).toEqual([[expect.stringContaining('could not be written'), { err: full }]]);
    Object.assign(store, { write });
    for (const event of events.slice(3)) view.apply(event);
    await snapshots.write(view, signal);
    expect(warnings).toHaveLength(1);
    expect((await store.list('integrations')).map((header) => header.position)).toEqual([positionOf(8)]);
  });
});

it('finds flipped bits and missing ends all over a snapshot file, and reads the log', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'snapshots-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const store = await openFileSnapshotStore({ folder });
  onTestFinished(() => store.close());
  await writeAfter(store, events, [events.length]);
  const path = join(folder, (await readdir(folder))[0]!);
  const written = await readFile(path);
  const restored = async (bytes: Buffer): Promise<readonly [unknown, number]> => {
    await writeFile(path, bytes);
    const { snapshots, warnings } = snapshotsOver(events, store);
    return [await snapshots.restore(), warnings.length];
  };
  expect(await restored(written)).toEqual([expect.anything(), 0]);
  for (let at = 0; at < written.length; at += 61) {
    const flipped = Buffer.from(written);
    flipped[at]! ^= 1 << (at % 8);
    expect(await restored(flipped), `with a flipped bit in byte ${at}`).toEqual([undefined, 1]);
    expect(await restored(written.subarray(0, at)), `cut to ${at} bytes`).toEqual([undefined, 1]);
  }
});
