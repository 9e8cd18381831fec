import { randomUUID } from 'node:crypto';
import type { SnapshotHeader, SnapshotStore } from '@integration-settings/domain';
import { afterEach, describe, expect, it } from 'vitest';
import { describeClosing } from './snapshot-store/closing.ts';
import { describeDamage, type Damages } from './snapshot-store/damage.ts';
import { describeGivingUp } from './snapshot-store/giving-up.ts';
import { describeReopening } from './snapshot-store/reopening.ts';
import { numbersOf, pagesIn, someHeader, someName, somePages, slowly } from './snapshot-store/some-snapshot.ts';

/** What the contract suite needs to know of a snapshot store. */
export interface SnapshotStoreContract {
  /** Names the suite; `'snapshot store'` if absent. */
  readonly name?: string;
  /** Opens the store for a test, which closes it. It may hold other snapshots: the tests only use names of their own. */
  readonly open: () => Promise<SnapshotStore>;
  /** Opens, once more, the data of the store that `open` gave last, also while that is open; for stores that outlive a process. */
  readonly reopen?: () => Promise<SnapshotStore>;
  /**
   * Ways in which a snapshot in the store that `open` gave last can be damaged from outside, each by its name. Its pages have 100, 1
   * and 3 000 bytes.
   */
  readonly damages?: Damages;
}

/**
 * Declares the tests that every snapshot store passes, as a suite of vitest.
 *
 * @example
 * snapshotStoreContract({ name: 'my snapshot store', open: () => openMySnapshotStore(place) });
 */
export const snapshotStoreContract = (contract: SnapshotStoreContract): void => {
  const { name = 'snapshot store', open: openStore, reopen, damages } = contract;
  describe(`${name} keeps the contract of snapshot stores`, () => {
    const opened: SnapshotStore[] = [];
    const keep = async (opening: Promise<SnapshotStore>): Promise<SnapshotStore> => {
      const store = await opening;
      opened.push(store);
      return store;
    };
    const open = (): Promise<SnapshotStore> => keep(openStore());

    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });

    it.each([
      ['no page', []],
      ['one empty page', [0]],
      ['pages of a few bytes, an empty one among them', [1, 0, 3, 255, 256, 257]],
      ['a page of a megabyte', [1 << 20]],
      ['pages of odd lengths that are more than a megabyte together', [400_001, 400_003, 7, 400_007]],
      ['a hundred pages', Array.from({ length: 100 }, (_, index) => index * 11)],
    ])('gives back %s exactly as written', async (_, lengths) => {
      const store = await open();
      const header = someHeader();
      const pages = somePages(1, lengths);
      await store.write(header, pages);
      expect(await store.list(header.name)).toEqual([header]);
      const read: Buffer[] = [];
      for await (const page of store.read(header)) read.push(Buffer.from(page));
      expect(read).toEqual(pages.map((page) => Buffer.from(page)));
    });

    it('lists the newest first, of one name only, whatever else differs', async () => {
      const store = await open();
      const name = someName();
      const headers = [2n ** 62n, 100n, 99n, 9n, 0n].map((position) => someHeader({ name, position }));
      const newer = someHeader({ name, position: 99n, version: 12 });
      const others = [`${name}a`, `${name.slice(0, -1)}Z`, `${name.slice(0, -1)}z`].map((one) =>
        someHeader({ name: one }),
      );
      for (const header of [...headers.toReversed(), newer, ...others]) await store.write(header, somePages(1));
      expect(await store.list(name)).toEqual([headers[0], headers[1], newer, ...headers.slice(2)]);
      for (const other of others) expect(await store.list(other.name)).toEqual([other]);
      expect(await store.list(someName())).toEqual([]);
    });

    it('tells snapshots apart by name, version, position and event', async () => {
      const store = await open();
      const base = someHeader();
      const headers = [
        base,
        { ...base, name: base.name.toUpperCase().replace('T', 't') },
        { ...base, version: 2 },
        { ...base, position: 8n },
        { ...base, eventId: randomUUID() },
      ];
      for (const [seed, header] of headers.entries()) await store.write(header, somePages(seed));
      for (const [seed, header] of headers.entries()) {
        expect(await pagesIn(store, header)).toEqual(numbersOf(somePages(seed)));
      }
    });

    it('takes pages that come later, one after the other', async () => {
      const store = await open();
      const header = someHeader();
      await store.write(header, slowly(somePages(3)));
      expect(await pagesIn(store, header)).toEqual(numbersOf(somePages(3)));
    });

    it('does not show a snapshot before it is whole', async () => {
      const store = await open();
      const header = someHeader();
      const seen: (readonly SnapshotHeader[])[] = [];
      const writing = store.write(
        header,
        (async function* () {
          for (const page of somePages(1)) {
            seen.push(await store.list(header.name));
            yield page;
          }
        })(),
      );
      await writing;
      expect(seen).toEqual([[], [], []]);
      expect(await store.list(header.name)).toEqual([header]);
    });

    it('puts a snapshot in the place of one with the same header', async () => {
      const store = await open();
      const header = someHeader();
      await store.write(header, somePages(1));
      await store.write(header, somePages(2, [5]));
      expect(await store.list(header.name)).toEqual([header]);
      expect(await pagesIn(store, header)).toEqual(numbersOf(somePages(2, [5])));
    });

    it('writes several snapshots at once, each whole', async () => {
      const store = await open();
      const name = someName();
      const headers = Array.from({ length: 8 }, (_, index) => someHeader({ name, position: BigInt(8 - index) }));
      await Promise.all(headers.map((header, seed) => store.write(header, slowly(somePages(seed)))));
      expect(await store.list(name)).toEqual(headers);
      for (const [seed, header] of headers.entries()) {
        expect(await pagesIn(store, header)).toEqual(numbersOf(somePages(seed)));
      }
    });

    it('deletes a snapshot, and twice is once', async () => {
      const store = await open();
      const header = someHeader();
      const other = { ...header, position: 8n };
      for (const one of [header, other]) await store.write(one, somePages(1));
      await store.delete(header);
      await store.delete(header);
      expect(await store.list(header.name)).toEqual([other]);
      await expect(pagesIn(store, header)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      expect(await pagesIn(store, other)).toEqual(numbersOf(somePages(1)));
    });

    it('has nothing to read where nothing was written', async () => {
      const store = await open();
      await expect(pagesIn(store, someHeader())).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    });

    it('lets a reader stop early, and read again', async () => {
      const store = await open();
      const header = someHeader();
      await store.write(header, somePages(1));
      for await (const page of store.read(header)) {
        expect(page).toHaveLength(100);
        break;
      }
      await store.delete(header);
      await store.write(header, somePages(2));
      expect(await pagesIn(store, header)).toEqual(numbersOf(somePages(2)));
    });

    it('is not changed by what a caller does to pages before or after', async () => {
      const store = await open();
      const header = someHeader();
      const pages = somePages(1).map((page) => Buffer.from(page)); // whose `slice` is no copy
      await store.write(header, pages);
      for (const page of pages) page.fill(0);
      for await (const page of store.read(header)) page.fill(1);
      expect(await pagesIn(store, header)).toEqual(numbersOf(somePages(1)));
    });

    it.each<[string, Partial<SnapshotHeader>]>([
      ['a name that is no namespace', { name: '../up' }],
      ['an empty name', { name: '' }],
      ['version 0', { version: 0 }],
      ['a version that is no whole number', { version: 1.5 }],
      ['a position below 0', { position: -1n }],
      ['a position that no log has', { position: 2n ** 63n }],
      ['an event id that is no UUID', { eventId: 'event' }],
      ['an event id in capitals', { eventId: randomUUID().toUpperCase() }],
    ])('refuses %s', async (_, given) => {
      const store = await open();
      const header = someHeader(given);
      await expect(store.write(header, somePages(1))).rejects.toThrow(TypeError);
      await expect(pagesIn(store, header)).rejects.toThrow(TypeError);
      await expect(store.delete(header)).rejects.toThrow(TypeError);
      if ('name' in given) await expect(store.list(header.name)).rejects.toThrow(TypeError);
    });

    describeGivingUp(open);
    describeClosing(open);
    if (reopen !== undefined) describeReopening(open, () => keep(reopen()));
    if (damages !== undefined) describeDamage(open, damages);
  });
};
