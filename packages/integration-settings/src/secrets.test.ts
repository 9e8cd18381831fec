import { createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import type { Command, KeyStore, RecordedEvent, SealedSecret, WrappedKey } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { heldStore } from './held-store.fixture.ts';
import type { IntegrationSettings } from './integration-settings.ts';
import { admin, errorOf, given, logOf, open, reasonOf, shared } from './settings.fixture.ts';
import { keyringOver, masterKey, sharedKeyStore } from './shared-keys.fixture.ts';

const url = 'https://tracker.example';
const apollo = { project: 'apollo' } as const;
const setDefault = (values: object): Command => ({
  type: 'SetInstanceDefault',
  data: { integration: 'tracker', values: values as never },
});
const copy: Command = { type: 'SwitchToCustom', data: { ...apollo, integration: 'tracker' } };
const erase: Command = { type: 'EraseSecrets', data: { group: null, integration: 'tracker' } };
const register: Command = { type: 'RegisterProject', data: { ...apollo, group: null } };

const setUp = async (keyStore: KeyStore, ...commands: readonly Command[]) => {
  const eventStore = shared();
  const settings = await open({ eventStore, keyring: await keyringOver(keyStore) });
  await given(settings, ...commands);
  return { eventStore, settings };
};

const keysOf = async (keyStore: KeyStore): Promise<readonly WrappedKey[]> => {
  const all: WrappedKey[] = [];
  for await (const keys of keyStore.list()) all.push(...keys);
  return all;
};

const ownersOf = async (keyStore: KeyStore): Promise<readonly unknown[]> =>
  (await keysOf(keyStore)).map(({ streamName, streamEra, origin, era }) => [streamName, streamEra, origin, era]);

const sealedIn = (event: RecordedEvent | undefined, field = 'token'): SealedSecret => {
  const data = event?.data as { values: Record<string, { $secret: SealedSecret }> } | undefined;
  return data!.values[field]!.$secret;
};

/** AES-256-GCM, written out from the format's description and not with our own code. */
const decrypt = (key: Uint8Array, sealed: { nonce: string; text: string }, additionalData: unknown): Buffer => {
  const bytes = Buffer.from(sealed.text, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.nonce, 'base64url'));
  decipher.setAAD(Buffer.from(JSON.stringify(additionalData)));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
};

const dataKey = (key: WrappedKey): Buffer =>
  decrypt(masterKey.key, key, [
    'integration-settings/key/1',
    key.id,
    key.streamName,
    key.streamEra,
    key.origin,
    key.era,
  ]);

const textOf = async (keyStore: KeyStore, event: RecordedEvent | undefined, field = 'token'): Promise<string> => {
  const sealed = sealedIn(event, field);
  const key = await keyStore.get(sealed.key);
  const { id, origin, era } = sealed;
  const about = ['integration-settings/secret/1', id, origin, era, event?.streamName, field];
  return decrypt(dataKey(key!), sealed, about).toString('utf8');
};

const instanceStream = 'integrations.instanceSettings-tracker';
const apolloStream = 'integrations.projectSettings-apollo/tracker';

describe('a secret as it is stored', () => {
  it('opens with the key of its stream, its origin and their eras, by the description of the format', async () => {
    const keyStore = sharedKeyStore();
    const { eventStore } = await setUp(keyStore, register, setDefault({ url, token: 'hush-ä' }), copy);
    const [, set, copied] = await logOf(eventStore);
    expect(sealedIn(set)).toMatchObject({ v: 1, origin: 'instance', era: 0 });
    expect(await textOf(keyStore, set)).toBe('hush-ä');
    expect(copied?.type).toBe('SwitchedToCustom');
    expect(await textOf(keyStore, copied)).toBe('hush-ä');
    const { id, origin, era } = sealedIn(set);
    expect(sealedIn(copied)).toMatchObject({ id, origin, era });
    expect(sealedIn(copied).key).not.toBe(sealedIn(set).key);
    expect(sealedIn(copied).nonce).not.toBe(sealedIn(set).nonce);
    expect(await ownersOf(keyStore)).toEqual([
      [instanceStream, 0, 'instance', 0],
      [apolloStream, 0, 'instance', 0],
    ]);
  });

  it('has its origin and era from where and when it was entered', async () => {
    const keyStore = sharedKeyStore();
    const { eventStore, settings } = await setUp(
      keyStore,
      register,
      setDefault({ url, token: 'hush-1' }),
      erase,
      setDefault({ token: 'hush-2' }),
      { ...copy, data: { ...copy.data, values: { token: 'hush-3' } } },
    );
    const [, first, , second, own] = await logOf(eventStore);
    expect(sealedIn(second)).toMatchObject({ origin: 'instance', era: 1 });
    expect(sealedIn(second).id).not.toBe(sealedIn(first).id);
    expect(sealedIn(own)).toMatchObject({ origin: apollo, era: 0 });
    expect(await ownersOf(keyStore)).toEqual([
      [instanceStream, 1, 'instance', 1],
      [apolloStream, 0, apollo, 0],
    ]);
    expect(settings.effective('instance', 'tracker').values['token']).toMatchObject({ id: sealedIn(second).id });
  });

  it('is authenticated with the command that entered it, also where it is the same as before', async () => {
    const keyStore = sharedKeyStore();
    const { eventStore } = await setUp(
      keyStore,
      setDefault({ url, token: 'hush-1' }),
      setDefault({ board: 'b', token: 'hush-1' }),
      setDefault({ board: 'c', token: '********' }),
    );
    const [set, same, kept] = (await logOf(eventStore)).map(({ metadata }) => metadata as { secretsMac?: string });
    const [key] = await keysOf(keyStore);
    const macKey = Buffer.from(hkdfSync('sha256', dataKey(key!), '', 'integration-settings/command-secrets/1', 32));
    const mac = createHmac('sha256', macKey)
      .update('{"token":"hush-1"}')
      .digest()
      .subarray(0, 16)
      .toString('base64url');
    expect(set?.secretsMac).toBe(`${key!.id}.${mac}`);
    expect(same?.secretsMac).toBe(set?.secretsMac);
    expect(kept).not.toHaveProperty('secretsMac');
  });

  it('is no part of the hash that the command is compared by', async () => {
    const hashes = [];
    for (const token of ['hush-1', 'hush-2']) {
      const { eventStore } = await setUp(sharedKeyStore(), setDefault({ url, token }));
      const [event] = await logOf(eventStore);
      hashes.push((event?.metadata as { commandHash: string } | undefined)?.commandHash);
    }
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[0]).toMatch(/^[\w-]{22}$/);
  });

  it('keeps its key where nothing was stored: the next try uses it', async () => {
    const keyStore = sharedKeyStore();
    const { settings } = await setUp(keyStore, setDefault({ url, token: 'hush-1' }));
    expect(await keysOf(keyStore)).toHaveLength(1);
    expect(await reasonOf(settings.execute(setDefault({ url: 'x', token: 'hush-2' }), { actor: admin }))).toBe(
      'InvalidValues',
    );
    expect(await keysOf(keyStore)).toHaveLength(1);
  });
});

describe('data keys', () => {
  it('are destroyed by an erasure: those of the stream, and those of copies of what was entered there', async () => {
    const keyStore = sharedKeyStore();
    const { settings } = await setUp(
      keyStore,
      register,
      { type: 'RegisterProject', data: { project: 'gemini', group: null } },
      setDefault({ url, token: 'hush-1' }),
      copy,
      { type: 'SwitchToCustom', data: { project: 'gemini', integration: 'tracker', values: { token: 'hush-own' } } },
    );
    const receipt = await settings.execute(erase, { actor: admin });
    expect(receipt.keysDestroyed).toBe(true);
    expect(await ownersOf(keyStore)).toEqual([
      ['integrations.projectSettings-gemini/tracker', 0, { project: 'gemini' }, 0],
    ]);
    expect(settings.effective(apollo, 'tracker')).toMatchObject({ active: false, missing: ['token'] });
    expect(settings.effective({ project: 'gemini' }, 'tracker')).toMatchObject({ active: true, missing: [] });
  });

  it('are destroyed by a removal, with all below, and kept by a reset', async () => {
    const keyStore = sharedKeyStore();
    const { settings } = await setUp(
      keyStore,
      { type: 'RegisterGroup', data: { group: 'crew', parent: null } },
      { type: 'RegisterProject', data: { ...apollo, group: 'crew' } },
      { type: 'RegisterProject', data: { project: 'gemini', group: null } },
      setDefault({ url, token: 'hush-1' }),
      copy,
      { type: 'SwitchToCustom', data: { project: 'gemini', integration: 'tracker' } },
      { type: 'ResetInstanceDefault', data: { integration: 'tracker' } },
    );
    expect(await keysOf(keyStore)).toHaveLength(3);
    const removed = await settings.execute({ type: 'RemoveGroup', data: { group: 'crew' } }, { actor: admin });
    expect(removed.keysDestroyed).toBe(true);
    expect((await ownersOf(keyStore)).flat()).not.toContain(apolloStream);
    const project = await settings.execute({ type: 'RemoveProject', data: { project: 'gemini' } }, { actor: admin });
    expect(project.keysDestroyed).toBe(true);
    expect(await ownersOf(keyStore)).toEqual([[instanceStream, 0, 'instance', 0]]);
  });

  it('are left for later where the key store fails, which the receipt says, and destroyed as soon as it works', async () => {
    let isFailing = true;
    const destroyed = Promise.withResolvers<string>();
    const inner = sharedKeyStore();
    const keyStore: KeyStore = {
      ...inner,
      destroy: async (id) => {
        if (isFailing) throw new Error('The key store is down.');
        await inner.destroy(id);
        destroyed.resolve(id);
      },
    };
    const { settings } = await setUp(keyStore, setDefault({ url, token: 'hush-1' }));
    const [key] = await keysOf(keyStore);
    const first = await settings.execute(erase, { actor: admin });
    expect(first).toMatchObject({ visible: true, keysDestroyed: false });
    isFailing = false;
    expect(await destroyed.promise).toBe(key?.id);
    const again = await settings.execute(erase, { actor: admin });
    expect(again).toMatchObject({ events: [], keysDestroyed: true });
  });

  it('are destroyed on opening where nobody had come to it', async () => {
    const inner = sharedKeyStore();
    const { eventStore, settings } = await setUp(
      { ...inner, destroy: () => Promise.reject(new Error('The key store is down.')) },
      setDefault({ url, token: 'hush-1' }),
      erase,
    );
    await settings.close();
    expect(await keysOf(inner)).toHaveLength(1);
    const destroyed = Promise.withResolvers<void>();
    await open({
      eventStore,
      keyring: await keyringOver({
        ...inner,
        destroy: async (id) => {
          await inner.destroy(id);
          destroyed.resolve();
        },
      }),
    });
    await destroyed.promise;
    expect(await keysOf(inner)).toEqual([]);
  });

  it.each<[string, Command, Command]>([
    [
      'enters a secret for what is removed by then',
      { type: 'RemoveProject', data: apollo },
      { type: 'SwitchToCustom', data: { ...apollo, integration: 'tracker', values: { token: 'hush-2' } } },
    ],
    ['copies a secret that is erased by then', erase, copy],
  ])('are destroyed by whoever follows where a process that is behind %s', async (_, first, second) => {
    const eventStore = shared();
    const held = heldStore(eventStore);
    const inner = sharedKeyStore();
    let late = Promise.withResolvers<void>();
    const watching: KeyStore = {
      ...inner,
      destroy: async (id) => {
        const key = await inner.get(id);
        await inner.destroy(id);
        if (key?.streamName === apolloStream) late.resolve();
      },
    };
    const one = await open({ eventStore, keyring: await keyringOver(watching) });
    // What is behind never destroys anything itself.
    const behind = { ...inner, list: async function* () {}, destroy: () => Promise.resolve() };
    const other = await open({ eventStore: held.store, visibleWithinMs: 1, keyring: await keyringOver(behind) });
    await given(one, register, setDefault({ url, token: 'hush-1' }));
    await other.waitFor(one.position);
    late = Promise.withResolvers();
    const { secrets } = await other.reveal('instance', 'tracker', { actor: admin, purpose: 'its text is at hand' });
    expect(secrets).toEqual({ token: 'hush-1' });
    held.hold();
    await given(one, first);
    expect(await other.execute(second, { actor: admin })).toMatchObject({ visible: false });
    await late.promise;
    expect((await ownersOf(inner)).flat()).not.toContain(apolloStream);
  });
});

it('asks for a keyring only once a secret is used, and says so', async () => {
  const settings = await open({ keyring: 'none' });
  await given(settings, {
    type: 'SetInstanceDefault',
    data: { integration: 'tracker', active: false, values: { url } },
  });
  const error = await errorOf(settings.execute(setDefault({ token: 'hush-1' }), { actor: admin }));
  expect(error).toMatchObject({ code: 'SECRETS_NOT_CONFIGURED' });
  expect(String(error)).toMatch(/keyring/);
  expect(String(error)).not.toContain('hush');
});

describe('a secret that a read has shown', () => {
  const shown = async (): Promise<IntegrationSettings> => {
    const { settings } = await setUp(sharedKeyStore(), register, setDefault({ url, token: 'hush-1' }));
    return settings;
  };

  it('is unchanged where its mask or itself is submitted', async () => {
    const settings = await shown();
    const { token } = settings.effective('instance', 'tracker').values;
    for (const submitted of ['********', token])
      expect(await settings.execute(setDefault({ token: submitted }), { actor: admin })).toMatchObject({ events: [] });
    await given(settings, { ...copy, data: { ...copy.data, values: { token: token! } } });
    expect(settings.effective(apollo, 'tracker').values['token']).toEqual(token);
  });

  it('is refused where it is another one', async () => {
    const settings = await shown();
    const { token } = settings.effective('instance', 'tracker').values;
    await given(settings, setDefault({ token: 'hush-2' }));
    expect(await errorOf(settings.execute(setDefault({ token }), { actor: admin }))).toMatchObject({
      reason: 'InvalidValues',
      issues: [{ field: 'token' }],
    });
  });

  it('is dropped where the address changes and it is not entered again', async () => {
    const settings = await shown();
    const moved = { url: 'https://elsewhere.example', token: '********' };
    expect(await reasonOf(settings.execute(setDefault(moved), { actor: admin }))).toBe('InvalidValues');
    await given(settings, setDefault({ ...moved, token: 'hush-1' }));
    const { secrets } = await settings.reveal('instance', 'tracker', { actor: admin, purpose: 'test' });
    expect(secrets).toEqual({ token: 'hush-1' });
  });
});
