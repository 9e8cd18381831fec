import type { ReadModelStore } from '@integration-settings/domain';
import { expect, it } from 'vitest';
import { saved, someKey } from './some-key.ts';

/** Declares the tests of stores that outlive a process; the suite closes what both functions open. */
export const describeReopening = (open: () => Promise<ReadModelStore>, reopen: () => Promise<ReadModelStore>): void => {
  it('shows what was saved, promoted and discarded to who opens it at the same time and later', async () => {
    const first = await open();
    const [kept, promoted, discarded] = [someKey(), someKey(), someKey()];
    await first.save(kept, 'current', saved(1, 2n ** 62n, { by: 'first' }));
    await first.save(kept, 'next', saved(2, 3n, { of: 'a rebuild that goes on' }));
    await first.save(promoted, 'current', saved(1, 5n));
    await first.save(promoted, 'next', saved(2, 5n, { isNew: true }));
    expect(await first.promote(promoted)).toBe(true);
    await first.save(discarded, 'next', saved(1, 5n));
    await first.discard(discarded);
    const expectAll = async (store: ReadModelStore): Promise<void> => {
      expect(await store.load(kept, 'current')).toEqual(saved(1, 2n ** 62n, { by: 'first' }));
      expect(await store.load(kept, 'next')).toEqual(saved(2, 3n, { of: 'a rebuild that goes on' }));
      expect(await store.load(promoted, 'current')).toEqual(saved(2, 5n, { isNew: true }));
      expect(await store.load(promoted, 'next')).toBeUndefined();
      expect(await store.load(discarded, 'next')).toBeUndefined();
    };
    await expectAll(await reopen());
    await first.close();
    await expectAll(await reopen());
  });

  it('refuses a save of another generation, whoever promoted that', async () => {
    const [one, other] = [await open(), await reopen()];
    const key = someKey();
    await one.save(key, 'current', saved(1, 5n));
    await other.save(key, 'next', saved(2, 5n, { isNew: true }));
    expect(await other.promote(key)).toBe(true);
    expect(await one.save(key, 'current', saved(1, 6n))).toBe(false);
    expect(await one.load(key, 'current')).toEqual(saved(2, 5n, { isNew: true }));
  });

  it('keeps what has gone furthest of what two save at once', async () => {
    const stores = [await open(), await reopen()];
    const key = someKey();
    const checkpoints = Array.from({ length: 40 }, (_, index) => BigInt(index));
    await Promise.all(
      checkpoints.map((at) => stores[Number(at) % 2]!.save(key, 'current', saved(1, at, { at: Number(at) }))),
    );
    for (const store of stores) expect(await store.load(key, 'current')).toEqual(saved(1, 39n, { at: 39 }));
  });

  it('lets one of two build at a time', async () => {
    const [one, other] = [await open(), await reopen()];
    const key = someKey();
    const release = await one.claim(key);
    await expect(other.claim(key)).rejects.toMatchObject({ code: 'REBUILD_IN_PROGRESS' });
    await release();
    const releaseOther = await other.claim(key);
    await expect(one.claim(key)).rejects.toMatchObject({ code: 'REBUILD_IN_PROGRESS' });
    await releaseOther();
  });
};
