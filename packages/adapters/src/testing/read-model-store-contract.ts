import type { ReadModelKey, ReadModelStore } from '@integration-settings/domain';
import { afterEach, describe, expect, it } from 'vitest';
import { describeReopening } from './read-model-store/reopening.ts';
import { saved, someKey } from './read-model-store/some-key.ts';

/** What the contract suite needs to know of a read model store. */
export interface ReadModelStoreContract {
  /** Names the suite; `'read model store'` if absent. */
  readonly name?: string;
  /** Opens the store for a test, which closes it. It may hold other states: the tests only use projections of their own. */
  readonly open: () => Promise<ReadModelStore>;
  /** Opens, once more, the data of the store that `open` gave last, also while that is open; for stores that outlive a process. */
  readonly reopen?: () => Promise<ReadModelStore>;
}

/**
 * Declares the tests that every store of projections' states passes, as a suite of vitest.
 *
 * @example
 * readModelStoreContract({ name: 'my store', open: () => openMyStore(place), reopen: () => openMyStore(place) });
 */
export const readModelStoreContract = ({
  name = 'read model store',
  open: openStore,
  reopen,
}: ReadModelStoreContract): void => {
  describe(`${name} keeps the contract of read model stores`, () => {
    const opened: ReadModelStore[] = [];
    const keep = async (opening: Promise<ReadModelStore>): Promise<ReadModelStore> => {
      const store = await opening;
      opened.push(store);
      return store;
    };
    const open = (): Promise<ReadModelStore> => keep(openStore());

    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });

    it('has nothing where nothing was saved', async () => {
      const store = await open();
      const key = someKey();
      expect(await store.load(key, 'current')).toBeUndefined();
      expect(await store.load(key, 'next')).toBeUndefined();
      expect(await store.promote(key)).toBe(false);
      await store.discard(key);
    });

    it('gives back what was saved, frozen, and nobody else has it', async () => {
      const store = await open();
      const key = someKey();
      const state = { list: ['é\u0000'], nested: { is: null, at: 0.5 } };
      expect(await store.save(key, 'current', saved(1, 2n ** 62n, state))).toBe(true);
      state.list.push('later');
      const loaded = await store.load(key, 'current');
      expect(loaded).toEqual(saved(1, 2n ** 62n, { list: ['é\u0000'], nested: { is: null, at: 0.5 } }));
      expect(Object.isFrozen((loaded!.state as typeof state).nested)).toBe(true);
    });

    it.each<[string, unknown]>([
      ['null', null],
      ['a number', -0.1],
      ['an empty list', []],
      ['a key of a prototype', JSON.parse('{"__proto__":{"constructor":1}}')],
      ['emoji and quotes', { '\u{1F600}': `'"\\;--` }],
      ['a mebibyte', 'x'.repeat(1_048_576)],
    ])('keeps a state that is %s', async (_, state) => {
      const store = await open();
      const key = someKey();
      await store.save(key, 'current', saved(1, -1n, state));
      const loaded = await store.load(key, 'current');
      expect(loaded).toMatchObject({ generation: 1, checkpoint: -1n });
      expect(JSON.stringify(loaded?.state)).toBe(JSON.stringify(state));
    });

    it('tells states apart by namespace, name, version and slot', async () => {
      const store = await open();
      const base = someKey();
      const keys: readonly ReadModelKey[] = [
        base,
        { ...base, version: 2 },
        { ...base, version: 12 },
        { ...base, name: `${base.name}/1` },
        { ...base, name: `${base.name}1` },
        { ...base, name: `${base.name}","1` },
        { ...base, name: `${base.name}%` },
        { ...base, name: base.name.toUpperCase() },
        { ...base, namespace: 'other' },
      ];
      for (const [at, key] of keys.entries()) {
        await store.save(key, 'current', saved(1, BigInt(at)));
        await store.save(key, 'next', saved(2, BigInt(at + 100)));
      }
      for (const [at, key] of keys.entries()) {
        expect(await store.load(key, 'current')).toEqual(saved(1, BigInt(at)));
        expect(await store.load(key, 'next')).toEqual(saved(2, BigInt(at + 100)));
      }
    });

    it('passes over a save that is behind, and refuses one of another generation, in either slot', async () => {
      const store = await open();
      const key = someKey();
      for (const slot of ['current', 'next'] as const) {
        await store.save(key, slot, saved(1, 5n, { at: 5 }));
        expect(await store.save(key, slot, saved(1, 4n, { at: 4 }))).toBe(true);
        expect(await store.save(key, slot, saved(2, 6n, { at: 6 }))).toBe(false);
        expect(await store.load(key, slot)).toEqual(saved(1, 5n, { at: 5 }));
        expect(await store.save(key, slot, saved(1, 7n, { at: 7 }))).toBe(true);
        expect(await store.load(key, slot)).toEqual(saved(1, 7n, { at: 7 }));
      }
    });

    it('puts what was built in the place of what holds, unless that has gone further', async () => {
      const store = await open();
      const key = someKey();
      await store.save(key, 'current', saved(1, 5n, { old: true }));
      expect(await store.promote(key)).toBe(false);
      await store.save(key, 'next', saved(2, 4n, { old: false }));
      expect(await store.promote(key)).toBe(false);
      expect(await store.load(key, 'current')).toEqual(saved(1, 5n, { old: true }));
      expect(await store.load(key, 'next')).toEqual(saved(2, 4n, { old: false }));
      await store.save(key, 'next', saved(2, 5n, { old: false }));
      expect(await store.promote(key)).toBe(true);
      expect(await store.load(key, 'current')).toEqual(saved(2, 5n, { old: false }));
      expect(await store.load(key, 'next')).toBeUndefined();
      expect(await store.save(key, 'current', saved(1, 6n))).toBe(false);
    });

    it('promotes what was built where nothing holds yet', async () => {
      const store = await open();
      const key = someKey();
      await store.save(key, 'next', saved(1, 5n));
      expect(await store.promote(key)).toBe(true);
      expect(await store.load(key, 'current')).toEqual(saved(1, 5n));
    });

    it('forgets what is being built when told to, and nothing else', async () => {
      const store = await open();
      const [key, other] = [someKey(), someKey()];
      await store.save(key, 'current', saved(1, 5n));
      await store.save(key, 'next', saved(2, 5n));
      await store.save(other, 'next', saved(2, 5n));
      await store.discard(key);
      expect(await store.load(key, 'next')).toBeUndefined();
      expect(await store.load(key, 'current')).toEqual(saved(1, 5n));
      expect(await store.load(other, 'next')).toEqual(saved(2, 5n));
      expect(await store.save(key, 'next', saved(3, 1n))).toBe(true);
    });

    it('lets one build at a time, each projection and version by itself; releasing twice is once', async () => {
      const store = await open();
      const key = someKey();
      const release = await store.claim(key);
      await expect(store.claim(key)).rejects.toMatchObject({ code: 'REBUILD_IN_PROGRESS' });
      for (const other of [someKey(), { ...key, version: 2 }]) {
        const releaseOther = await store.claim(other);
        await releaseOther();
      }
      await expect(store.claim(key)).rejects.toMatchObject({ code: 'REBUILD_IN_PROGRESS' });
      await release();
      await release();
      const releaseAgain = await store.claim(key);
      await release();
      await expect(store.claim(key)).rejects.toMatchObject({ code: 'REBUILD_IN_PROGRESS' });
      await releaseAgain();
    });

    it('refuses everything once it is closed, and closing twice is once', async () => {
      const store = await open();
      const key = someKey();
      await store.close();
      await store.close();
      const closed = { code: 'CLOSED' };
      await expect(store.load(key, 'current')).rejects.toMatchObject(closed);
      await expect(store.save(key, 'current', saved(1, 1n))).rejects.toMatchObject(closed);
      await expect(store.promote(key)).rejects.toMatchObject(closed);
      await expect(store.discard(key)).rejects.toMatchObject(closed);
      await expect(store.claim(key)).rejects.toMatchObject(closed);
    });

    if (reopen !== undefined) describeReopening(open, () => keep(reopen()));
  });
};
