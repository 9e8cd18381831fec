import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import type { KeyOwner, KeyStore, SealedSecret, SecretToSeal } from '@integration-settings/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ephemeralKeyring, keyring } from './keyring.ts';
import { MasterKeys } from './master-keys.ts';
import { openMemoryKeyStore } from './memory-key-store.ts';

const owner: KeyOwner = { streamName: 'test.projectSettings-42/jira', streamEra: 0, origin: { project: '42' }, era: 0 };
const place = { streamName: owner.streamName, field: 'api_token' };
const secret: SecretToSeal = {
  ...owner,
  id: '0d9a8c1e-6f0b-4a41-9f57-3f3ad1f7a001',
  field: place.field,
  text: 'hunter2-hunter2',
};
const master = (id: string): { id: string; key: Uint8Array } => ({ id, key: randomBytes(32) });

/** A memory store that counts how often it is asked. */
const countingStore = (): KeyStore & { readonly calls: Record<string, number> } => {
  const calls: Record<string, number> = {};
  return new Proxy(openMemoryKeyStore() as KeyStore & { calls: Record<string, number> }, {
    get: (store, name: keyof KeyStore | 'calls') => {
      if (name === 'calls') return calls;
      calls[name] = (calls[name] ?? 0) + 1;
      return store[name].bind(store);
    },
  });
};

const keyIds = async (keys: {
  keys(): AsyncIterable<readonly { readonly id: string }[]>;
}): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const batch of keys.keys()) ids.push(...batch.map((key) => key.id));
  return ids;
};

describe('keyring', () => {
  it('opens what it sealed, whatever the text and the owner', async () => {
    const keys = ephemeralKeyring();
    const text = fc.string({ unit: 'binary' }).filter((one) => one.isWellFormed());
    await fc.assert(
      fc.asyncProperty(text, text, text, fc.nat(), fc.nat(), async (text, streamName, field, streamEra, era) => {
        const sealed = await keys.seal({ ...secret, text, streamName, field, streamEra, era });
        expect(JSON.parse(JSON.stringify(sealed))).toEqual(sealed);
        expect(await keys.open(sealed, { streamName, field })).toBe(text);
      }),
    );
    await keys.close();
  });

  it('refuses a text that is not well-formed instead of changing it', async () => {
    const keys = ephemeralKeyring();
    await expect(keys.seal({ ...secret, text: 'a\uD800' })).rejects.toThrow(TypeError);
    await keys.close();
  });

  it('never seals the same text to the same bytes', async () => {
    const keys = ephemeralKeyring();
    const [one, other] = await Promise.all([keys.seal(secret), keys.seal(secret)]);
    expect(one.nonce).not.toBe(other.nonce);
    expect(one.text).not.toBe(other.text);
    await keys.close();
  });

  it('makes one key for an owner, however many seal at once, and another for every other owner', async () => {
    const keyStore = countingStore();
    const keys = await keyring({ masterKey: master('a'), keyStore });
    const sealed = await Promise.all(Array.from({ length: 50 }, () => keys.seal(secret)));
    expect(new Set(sealed.map((one) => one.key)).size).toBe(1);
    expect(keyStore.calls).toEqual({ find: 1, createIfAbsent: 1 });
    const others = [{ streamName: 'test.x' }, { streamEra: 1 }, { origin: 'instance' as const }, { era: 1 }];
    const different = await Promise.all(others.map((other) => keys.seal({ ...secret, ...other })));
    expect(new Set([...sealed, ...different].map((one) => one.key)).size).toBe(5);
    await keys.close();
  });

  it('uses the key of the process that was first', async () => {
    const keyStore = openMemoryKeyStore();
    const masterKey = master('a');
    const [one, other] = await Promise.all([1, 2].map(() => keyring({ masterKey, keyStore })));
    const [first, second] = await Promise.all([one!.seal(secret), other!.seal(secret)]);
    expect(second.key).toBe(first.key);
    expect(await one!.open(second, place)).toBe(secret.text);
    await one!.close();
  });

  it('remembers keys that it has unwrapped', async () => {
    const keyStore = countingStore();
    const keys = await keyring({ masterKey: master('a'), keyStore });
    const sealed = await keys.seal(secret);
    for (let times = 0; times < 3; times += 1) await keys.open(sealed, place);
    expect(keyStore.calls['get']).toBe(1);
    await keys.close();
  });

  it('tries again after the key store has failed', async () => {
    const store = openMemoryKeyStore();
    const find = store.find.bind(store);
    let failures = 1;
    store.find = async (belongsTo) => {
      failures -= 1;
      if (failures >= 0) throw new Error('not now');
      return find(belongsTo);
    };
    const keys = await keyring({ masterKey: master('a'), keyStore: store });
    await expect(keys.seal(secret)).rejects.toThrow('not now');
    expect((await keys.seal(secret)).v).toBe(1);
    await keys.close();
  });

  it.each<[string, (sealed: SealedSecret) => Partial<SealedSecret>]>([
    ['its id', () => ({ id: 'another' })],
    ['its origin', () => ({ origin: 'instance' })],
    ['its era', () => ({ era: 1 })],
    ['its nonce', () => ({ nonce: randomBytes(12).toString('base64url') })],
    ['the length of its nonce', () => ({ nonce: randomBytes(16).toString('base64url') })],
    ['its text', ({ text }) => ({ text: `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}` })],
    ['the end of its text', ({ text }) => ({ text: text.slice(0, -4) })],
    ['all of its text', () => ({ text: '' })],
  ])('calls a secret corrupted when somebody changed %s', async (_, change) => {
    const keys = ephemeralKeyring();
    const sealed = await keys.seal(secret);
    await expect(keys.open({ ...sealed, ...change(sealed) }, place)).rejects.toMatchObject({ code: 'STORE_CORRUPTED' });
    await keys.close();
  });

  it('calls a secret corrupted in another stream or field', async () => {
    const keys = ephemeralKeyring();
    const sealed = await keys.seal(secret);
    for (const other of [
      { ...place, field: 'url' },
      { ...place, streamName: 'test.projectSettings-43/jira' },
    ]) {
      await expect(keys.open(sealed, other)).rejects.toMatchObject({ code: 'STORE_CORRUPTED' });
    }
    await keys.close();
  });

  it('refuses a secret of a later format', async () => {
    const keys = ephemeralKeyring();
    const sealed = { ...(await keys.seal(secret)), v: 2 } as unknown as SealedSecret;
    await expect(keys.open(sealed, place)).rejects.toMatchObject({ code: 'STORE_NEWER' });
    await keys.close();
  });

  it('says that a secret is erased once its key is destroyed, and keeps all others', async () => {
    const keys = ephemeralKeyring();
    const sealed = await keys.seal(secret);
    const kept = await keys.seal({ ...secret, era: 1 });
    expect(await keys.open(sealed, place)).toBe(secret.text);
    await keys.destroy(sealed.key);
    await keys.destroy(sealed.key);
    await expect(keys.open(sealed, place)).rejects.toMatchObject({
      code: 'SECRET_ERASED',
      message: expect.stringContaining(`"${secret.id}" in field "api_token" of stream "${owner.streamName}"`),
    });
    expect(await keys.open(kept, place)).toBe(secret.text);
    expect(await keyIds(keys)).toEqual([kept.key]);
    expect((await keys.seal(secret)).key).not.toBe(sealed.key);
    await keys.close();
  });

  it('forgets a destroyed key even if it was being fetched meanwhile', async () => {
    const keyStore = openMemoryKeyStore();
    const keys = await keyring({ masterKey: master('a'), keyStore });
    const sealed = await keys.seal(secret);
    const opening = keys.open(sealed, place);
    await keys.destroy(sealed.key);
    expect(await opening).toBe(secret.text); // it was there when it was asked for
    await expect(keys.open(sealed, place)).rejects.toMatchObject({ code: 'SECRET_ERASED' });
    await keys.close();
  });

  it('finds a key that another process made after it was asked for in vain', async () => {
    const keyStore = openMemoryKeyStore();
    const keys = await keyring({ masterKey: master('a'), keyStore });
    const sealed = await keys.seal(secret);
    const wrapped = (await keyStore.get(sealed.key))!;
    await keys.destroy(sealed.key);
    await expect(keys.open(sealed, place)).rejects.toMatchObject({ code: 'SECRET_ERASED' });
    await keyStore.createIfAbsent(wrapped);
    expect(await keys.open(sealed, place)).toBe(secret.text);
    await keys.close();
  });

  it('lists keys by stream and origin without their bytes', async () => {
    const keys = ephemeralKeyring();
    const sealed = await keys.seal(secret);
    await keys.seal({ ...secret, streamName: 'other.projectSettings-42/jira' });
    await keys.seal({ ...secret, origin: 'instance' });
    const found = [];
    for await (const batch of keys.keys({ streamPrefix: 'test.', origin: owner.origin })) found.push(...batch);
    expect(found).toEqual([{ id: sealed.key, ...owner }]);
    await keys.close();
  });

  it('tells whether a command entered the same secrets, until the key is gone', async () => {
    const keys = ephemeralKeyring();
    const mac = await keys.mac(owner, '{"api_token":"one"}');
    expect(mac).toMatch(/^[0-9a-f-]{36}\.[A-Za-z0-9_-]{22}$/);
    expect(await keys.mac(owner, '{"api_token":"one"}')).toBe(mac);
    expect(await keys.verifyMac(mac, '{"api_token":"one"}')).toBe('equal');
    expect(await keys.verifyMac(mac, '{"api_token":"two"}')).toBe('different');
    expect(await keys.verifyMac(`${mac.slice(0, 37)}AAAA`, '{"api_token":"one"}')).toBe('different');
    expect(await keys.verifyMac('no mac at all', '{"api_token":"one"}')).toBe('key gone');
    await keys.destroy(mac.slice(0, 36));
    expect(await keys.verifyMac(mac, '{"api_token":"one"}')).toBe('key gone');
    await keys.close();
  });

  it('moves all keys to the first master key, so that the others can be taken away', async () => {
    const keyStore = openMemoryKeyStore();
    const [old, recent] = [master('old'), master('recent')];
    const before = await keyring({ masterKey: old, keyStore });
    const sealed = await Promise.all([0, 1, 2].map((era) => before.seal({ ...secret, era })));
    const between = await keyring({ masterKey: [recent, old], keyStore });
    const newest = await between.seal({ ...secret, era: 3 });
    expect(await between.rotate()).toBe(3);
    expect(await between.rotate()).toBe(0);
    const after = await keyring({ masterKey: recent, keyStore });
    for (const one of [...sealed, newest]) expect(await after.open(one, place)).toBe(secret.text);
    await after.close();
  });

  it('names the master key that is missing, and those that were given', async () => {
    const keyStore = openMemoryKeyStore();
    const sealed = await (await keyring({ masterKey: master('one'), keyStore })).seal(secret);
    const keys = await keyring({ masterKey: [master('two'), master('three')], keyStore });
    const missing = {
      code: 'SECRETS_NOT_CONFIGURED',
      message: expect.stringMatching(/"one".*not given.*"two", "three"/),
    };
    await expect(keys.open(sealed, place)).rejects.toMatchObject(missing);
    await expect(keys.seal(secret)).rejects.toMatchObject(missing);
    await expect(keys.mac(owner, '{}')).rejects.toMatchObject(missing);
    await expect(keys.rotate()).rejects.toMatchObject(missing);
    expect(await keyIds(keys)).toEqual([sealed.key]);
    await keys.destroy(sealed.key);
    expect(await keyIds(keys)).toEqual([]);
    await keys.close();
  });

  it('says so when another master key has the same id', async () => {
    const keyStore = openMemoryKeyStore();
    const sealed = await (await keyring({ masterKey: master('one'), keyStore })).seal(secret);
    const keys = await keyring({ masterKey: master('one'), keyStore });
    await expect(keys.open(sealed, place)).rejects.toMatchObject({
      code: 'SECRETS_NOT_CONFIGURED',
      message: expect.stringContaining('"one" does not unwrap'),
    });
    await keys.close();
  });

  it.each([
    ['none', [], 'No master key'],
    ['an empty id', [master('')], 'has no id'],
    ['an id twice', [master('a'), master('a')], '"a" was given twice'],
    ['16 bytes', [{ id: 'a', key: randomBytes(16) }], 'has 16 bytes; expected 32 bytes'],
    ['a text', [{ id: 'a', key: 'x'.repeat(32) as unknown as Uint8Array }], 'is not a Uint8Array'],
  ])('refuses master keys: %s', async (_, masterKey, words) => {
    await expect(keyring({ masterKey, keyStore: openMemoryKeyStore() })).rejects.toMatchObject({
      code: 'SECRETS_NOT_CONFIGURED',
      message: expect.stringContaining(words),
    });
  });

  it('does not follow what a caller does to the bytes of a master key afterwards', async () => {
    const keyStore = openMemoryKeyStore();
    const masterKey = master('a');
    const copy = { ...masterKey, key: Uint8Array.from(masterKey.key) };
    const keys = await keyring({ masterKey, keyStore });
    masterKey.key.fill(0);
    const sealed = await keys.seal(secret);
    expect(await (await keyring({ masterKey: copy, keyStore })).open(sealed, place)).toBe(secret.text);
    await keys.close();
  });

  it('refuses everything once it is closed, and closes its key store once', async () => {
    const keyStore = countingStore();
    const keys = await keyring({ masterKey: master('a'), keyStore });
    const sealed = await keys.seal(secret);
    await keys.close();
    await keys.close();
    expect(keyStore.calls['close']).toBe(1);
    const closed = { code: 'CLOSED' };
    await expect(keys.seal(secret)).rejects.toMatchObject(closed);
    await expect(keys.open(sealed, place)).rejects.toMatchObject(closed);
    await expect(keys.mac(owner, '{}')).rejects.toMatchObject(closed);
    await expect(keys.verifyMac('a.b', '{}')).rejects.toMatchObject(closed);
    await expect(keys.destroy(sealed.key)).rejects.toMatchObject(closed);
    await expect(keys.rotate()).rejects.toMatchObject(closed);
    await expect(keyIds(keys)).rejects.toMatchObject(closed);
  });

  it('shows no text and no key when it is inspected, printed, or fails', async () => {
    const keyStore = openMemoryKeyStore();
    const masterKey = master('a');
    const keys = await keyring({ masterKey, keyStore });
    const sealed = await keys.seal(secret);
    await keys.open(sealed, place);
    await keys.mac(owner, secret.text);
    const wrong = await keyring({ masterKey: master('a'), keyStore });
    const failures = await Promise.allSettled([
      keys.open({ ...sealed, id: 'another' }, place),
      wrong.open(sealed, place),
      keys.seal({ ...secret, text: `${secret.text}\uD800` }),
    ]);
    const errors = failures.map((failure) => (failure as PromiseRejectedResult).reason as Error);
    const shown = [keys, sealed, ...errors]
      .flatMap((one) => [inspect(one, { depth: Infinity, showHidden: true }), JSON.stringify(one)])
      .join('\n');
    const dataKey = new MasterKeys([masterKey]).unwrap((await keyStore.get(sealed.key))!);
    for (const key of [Buffer.from(masterKey.key), dataKey]) {
      const forms = [
        inspect(key).slice(8, -1),
        ...(['base64', 'base64url', 'hex'] as const).map((form) => key.toString(form)),
      ];
      for (const form of forms) expect(shown).not.toContain(form);
    }
    expect(shown).not.toContain(secret.text);
    expect(errors).toHaveLength(3);
    await keys.close();
  });
});
