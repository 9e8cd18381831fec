import { randomUUID } from 'node:crypto';
import type { KeyOwner, KeyStore, ScopeRef, WrappedKey } from '@integration-settings/domain';
import { afterEach, describe, expect, it } from 'vitest';
import { describeReopening } from './key-store/reopening.ts';
import { idsOf, keysIn, ownerOf, someWrappedKey } from './key-store/some-wrapped-key.ts';

/** What the contract suite needs to know of a key store. */
export interface KeyStoreContract {
  /** Names the suite; `'key store'` if absent. */
  readonly name?: string;
  /** Opens the store for a test, which closes it. It may hold other keys: the tests only use owners of their own. */
  readonly open: () => Promise<KeyStore>;
  /** Opens, once more, the data of the store that `open` gave last, also while that is open; for stores that outlive a process. */
  readonly reopen?: () => Promise<KeyStore>;
}

/**
 * Declares the tests that every key store passes, as a suite of vitest.
 *
 * @example
 * keyStoreContract({ name: 'my key store', open: () => openMyKeyStore(place), reopen: () => openMyKeyStore(place) });
 */
export const keyStoreContract = ({ name = 'key store', open: openStore, reopen }: KeyStoreContract): void => {
  describe(`${name} keeps the contract of key stores`, () => {
    const opened: KeyStore[] = [];
    const keep = async (opening: Promise<KeyStore>): Promise<KeyStore> => {
      const store = await opening;
      opened.push(store);
      return store;
    };
    const open = (): Promise<KeyStore> => keep(openStore());

    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });

    it('gives back a key by its id and by its owner', async () => {
      const store = await open();
      const key = someWrappedKey({ streamEra: 3, origin: { group: '7' }, era: 2 });
      expect(await store.createIfAbsent(key)).toEqual(key);
      expect(await store.get(key.id)).toEqual(key);
      expect(await store.find(key)).toEqual(key);
    });

    it('has nothing for an id or an owner that never was', async () => {
      const store = await open();
      const key = someWrappedKey();
      expect(await store.get(key.id)).toBeUndefined();
      expect(await store.get('../no/id')).toBeUndefined();
      expect(await store.find(key)).toBeUndefined();
    });

    it('keeps the first key of an owner and answers with it', async () => {
      const store = await open();
      const first = someWrappedKey();
      const second = someWrappedKey(ownerOf(first));
      await store.createIfAbsent(first);
      expect(await store.createIfAbsent(second)).toEqual(first);
      expect(await store.find(first)).toEqual(first);
      expect(await store.get(second.id)).toBeUndefined();
    });

    it('gives one key to all who create one for the same owner at once', async () => {
      const store = await open();
      const owner = ownerOf(someWrappedKey());
      const candidates = Array.from({ length: 20 }, () => someWrappedKey(owner));
      const answers = await Promise.all(candidates.map((key) => store.createIfAbsent(key)));
      expect(new Set(answers.map((key) => key.id)).size).toBe(1);
      expect(candidates).toContainEqual(answers[0]);
      expect(await keysIn(store.list({ streamPrefix: owner.streamName }))).toEqual([answers[0]]);
    });

    it('tells owners apart by stream, stream era, origin and era', async () => {
      const store = await open();
      const base = someWrappedKey();
      const others: Partial<KeyOwner>[] = [
        {},
        { streamName: `${base.streamName}2` },
        { streamEra: 1 },
        { era: 1 },
        { origin: { group: 'instance' } },
        { origin: { project: 'instance' } },
      ];
      const keys = others.map((other) => someWrappedKey({ ...ownerOf(base), ...other }));
      await Promise.all(keys.map((key) => store.createIfAbsent(key)));
      expect(await Promise.all(keys.map((key) => store.find(key)))).toEqual(keys);
    });

    it.each([
      ['a slash', 'a/b'],
      ['an escape', '%2F..'],
      ['a prototype', '__proto__'],
      ['255 emoji', '\u{1F600}'.repeat(255)],
      ['quotes', `'"\\`],
      ['the last code point', '\u{10FFFF}\u{10FFFF}'],
    ])('keeps owners whose names hold %s', async (_, text) => {
      const store = await open();
      const streamName = `test.projectSettings-${randomUUID()}${text}/jira`;
      const key = someWrappedKey({ streamName, origin: { project: text } });
      await store.createIfAbsent(key);
      expect(await store.find(ownerOf(key))).toEqual(key);
      expect(await keysIn(store.list({ streamPrefix: streamName.slice(0, -'/jira'.length) }))).toEqual([key]);
    });

    it('lists by prefix of the stream name and by origin', async () => {
      const store = await open();
      const prefix = `test.list${randomUUID()}`;
      const key = (rest: string, origin: ScopeRef, era = 0): WrappedKey =>
        someWrappedKey({ streamName: prefix + rest, origin, era });
      const keys = [
        key('-1/jira', 'instance'),
        key('-1/jira', { group: '7' }),
        key('-1/jira', { group: '7' }, 1),
        key('-10/jira', { group: '7' }),
        key('_1/jira', { project: '7' }),
      ];
      for (const one of keys) await store.createIfAbsent(one);
      const list = async (rest: string, origin?: ScopeRef): Promise<unknown> => {
        const found = await keysIn(store.list({ streamPrefix: prefix + rest, ...(origin && { origin }) }));
        return new Set(found.map((one) => keys.findIndex((other) => other.id === one.id)));
      };
      expect(await list('')).toEqual(new Set([0, 1, 2, 3, 4]));
      expect(await list('-1/')).toEqual(new Set([0, 1, 2]));
      expect(await list('-1')).toEqual(new Set([0, 1, 2, 3]));
      expect(await list('', { group: '7' })).toEqual(new Set([1, 2, 3]));
      expect(await list('-1/jira', 'instance')).toEqual(new Set([0]));
      expect(await list('', { group: '8' })).toEqual(new Set());
    });

    it('lists each of many keys once, also while they are destroyed', async () => {
      const store = await open();
      const streamPrefix = `test.many${randomUUID()}-`;
      const keys = Array.from({ length: 1_100 }, (_, era) =>
        someWrappedKey({ streamName: `${streamPrefix}${era % 7}`, era }),
      );
      await Promise.all(keys.map((key) => store.createIfAbsent(key)));
      expect(idsOf(await keysIn(store.list({ streamPrefix })))).toEqual(idsOf(keys));
      const destroyed: WrappedKey[] = [];
      for await (const batch of store.list({ streamPrefix })) {
        await Promise.all(batch.map((key) => store.destroy(key.id)));
        destroyed.push(...batch);
      }
      expect(idsOf(destroyed)).toEqual(idsOf(keys));
      expect(await keysIn(store.list({ streamPrefix }))).toEqual([]);
    });

    it('destroys a key for good, and twice is once', async () => {
      const store = await open();
      const key = someWrappedKey();
      const other = someWrappedKey({ streamName: key.streamName, era: 1 });
      await store.createIfAbsent(key);
      await store.createIfAbsent(other);
      await store.destroy(key.id);
      await store.destroy(key.id);
      await store.destroy(randomUUID());
      expect(await store.get(key.id)).toBeUndefined();
      expect(await store.find(key)).toBeUndefined();
      expect(await keysIn(store.list({ streamPrefix: key.streamName }))).toEqual([other]);
    });

    it('takes a new key of an owner whose key was destroyed', async () => {
      const store = await open();
      const first = someWrappedKey();
      await store.createIfAbsent(first);
      await store.destroy(first.id);
      const second = someWrappedKey(ownerOf(first));
      expect(await store.createIfAbsent(second)).toEqual(second);
      expect(await store.find(first)).toEqual(second);
      expect(await store.get(first.id)).toBeUndefined();
    });

    it('puts the same key under another master key, again and again', async () => {
      const store = await open();
      const key = someWrappedKey();
      await store.createIfAbsent(key);
      for (const masterKey of ['second', 'third']) {
        const again = { ...key, masterKey, nonce: randomUUID(), text: randomUUID() };
        await store.rewrap(again);
        expect(await store.get(key.id)).toEqual(again);
        expect(await store.find(key)).toEqual(again);
        expect(await keysIn(store.list({ streamPrefix: key.streamName }))).toEqual([again]);
      }
    });

    it('does not bring a destroyed key back when it is rewrapped', async () => {
      const store = await open();
      const key = someWrappedKey();
      await store.createIfAbsent(key);
      await store.destroy(key.id);
      await store.rewrap({ ...key, masterKey: 'second' });
      expect(await store.get(key.id)).toBeUndefined();
      expect(await store.find(key)).toBeUndefined();
    });

    it('leaves no key behind when rewrapping and destroying meet', async () => {
      const store = await open();
      const keys = Array.from({ length: 20 }, () => someWrappedKey());
      for (const key of keys) await store.createIfAbsent(key);
      await Promise.all(keys.flatMap((key) => [store.rewrap({ ...key, masterKey: 'second' }), store.destroy(key.id)]));
      expect(await Promise.all(keys.map((key) => store.get(key.id)))).toEqual(keys.map(() => undefined));
    });

    it('is not changed by what a caller does to a key afterwards', async () => {
      const store = await open();
      const key = someWrappedKey();
      const mutable = { ...key };
      await store.createIfAbsent(mutable);
      mutable.text = 'changed';
      expect(await store.get(key.id)).toEqual(key);
    });

    it('refuses everything once it is closed, and closing twice is once', async () => {
      const store = await open();
      const key = someWrappedKey();
      await store.close();
      await store.close();
      const closed = { code: 'CLOSED' };
      await expect(store.get(key.id)).rejects.toMatchObject(closed);
      await expect(store.find(key)).rejects.toMatchObject(closed);
      await expect(store.createIfAbsent(key)).rejects.toMatchObject(closed);
      await expect(store.rewrap(key)).rejects.toMatchObject(closed);
      await expect(store.destroy(key.id)).rejects.toMatchObject(closed);
      await expect(keysIn(store.list())).rejects.toMatchObject(closed);
    });

    if (reopen !== undefined) describeReopening(open, () => keep(reopen()));
  });
};
