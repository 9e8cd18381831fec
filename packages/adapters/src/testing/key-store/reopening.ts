import type { KeyStore } from '@integration-settings/domain';
import { expect, it } from 'vitest';
import { ownerOf, someWrappedKey } from './some-wrapped-key.ts';

/** Declares the tests of stores that outlive a process; the suite closes what both functions open. */
export const describeReopening = (open: () => Promise<KeyStore>, reopen: () => Promise<KeyStore>): void => {
  it('shows what was created, rewrapped and destroyed to who opens it at the same time and later', async () => {
    const first = await open();
    const kept = someWrappedKey();
    const gone = someWrappedKey();
    const moved = someWrappedKey();
    for (const key of [kept, gone, moved]) await first.createIfAbsent(key);
    const rewrapped = { ...moved, masterKey: 'second' };
    await first.rewrap(rewrapped);
    await first.destroy(gone.id);
    const expectAll = async (store: KeyStore): Promise<void> => {
      expect(await store.get(kept.id)).toEqual(kept);
      expect(await store.find(moved)).toEqual(rewrapped);
      expect(await store.find(gone)).toBeUndefined();
    };
    await expectAll(await reopen());
    await first.close();
    await expectAll(await reopen());
  });

  it('gives one key to two who have it open and create one for the same owner', async () => {
    const stores = [await open(), await reopen()];
    for (let round = 0; round < 20; round += 1) {
      const owner = ownerOf(someWrappedKey());
      const answers = await Promise.all(stores.map((store) => store.createIfAbsent(someWrappedKey(owner))));
      expect(answers[1]).toEqual(answers[0]);
    }
  });
};
