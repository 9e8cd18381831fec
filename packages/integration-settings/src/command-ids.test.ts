import { randomUUID } from 'node:crypto';
import { keyring, openMemoryKeyStore } from '@integration-settings/adapters/keyring';
import { openMemoryEventStore } from '@integration-settings/adapters/memory';
import { registerGroup, registerProject, setInstanceDefault, switchToInherited } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { admin, given, logOf, open, refusal, shared } from './settings.fixture.ts';

const channel = (name: string) => setInstanceDefault('chat', { channel: name });
const connection = (token: string | null) =>
  setInstanceDefault('tracker', { url: 'https://tracker.example', token }, { active: false });

describe('the same command id', () => {
  it('gives the first receipt again, also after other commands', async () => {
    const eventStore = openMemoryEventStore();
    const settings = await open({ eventStore });
    const commandId = randomUUID();
    const first = await settings.execute(channel('a'), { actor: admin, commandId });
    await given(settings, channel('b'));
    const second = await settings.execute(channel('a'), { actor: admin, commandId });
    expect(second).toEqual({ ...first, duplicate: true });
    expect(second.events).toHaveLength(1);
    expect(settings.effective('instance', 'chat').values).toEqual({ channel: 'b' });
    expect(await logOf(eventStore)).toHaveLength(2);
  });

  it('gives all events of the first again', async () => {
    const settings = await open();
    const commandId = randomUUID();
    await given(settings, channel('a'), { type: 'LockDefault', data: { group: null, integration: 'chat' } });
    const reset = { type: 'ResetInstanceDefault', data: { integration: 'chat' } } as const;
    const first = await settings.execute(reset, { actor: admin, commandId });
    expect(first.events).toHaveLength(2);
    expect(await settings.execute(reset, { actor: admin, commandId })).toEqual({ ...first, duplicate: true });
  });

  it('is stored once where both are under way', async () => {
    const eventStore = openMemoryEventStore();
    const settings = await open({ eventStore });
    const commandId = randomUUID();
    const receipts = await Promise.all(
      Array.from({ length: 5 }, () => settings.execute(channel('a'), { actor: admin, commandId })),
    );
    expect(receipts.map(({ duplicate }) => duplicate)).toEqual([false, true, true, true, true]);
    expect(new Set(receipts.map(({ position }) => position)).size).toBe(1);
    expect(await logOf(eventStore)).toHaveLength(1);
  });

  it('is refused for another body, also while the first is under way and for another stream', async () => {
    const eventStore = openMemoryEventStore();
    const settings = await open({ eventStore });
    const commandId = randomUUID();
    const [first, other] = await Promise.all([
      settings.execute(channel('a'), { actor: admin, commandId }),
      refusal(settings, registerGroup('crew', { parent: null }), { commandId }),
    ]);
    expect(first.duplicate).toBe(false);
    expect(other).toBe('CommandIdReused');
    expect(await refusal(settings, channel('b'), { commandId })).toBe('CommandIdReused');
    expect(await refusal(settings, setInstanceDefault('chat', { channel: 'a', notify: null }), { commandId })).toBe(
      'CommandIdReused',
    );
    expect(await logOf(eventStore)).toHaveLength(1);
  });

  it('is one id in upper and lower case, stored in lower case', async () => {
    const eventStore = openMemoryEventStore();
    const settings = await open({ eventStore });
    const commandId = randomUUID();
    await settings.execute(channel('a'), { actor: admin, commandId: commandId.toUpperCase() });
    expect((await logOf(eventStore))[0]?.metadata).toMatchObject({ commandId });
    expect(await settings.execute(channel('a'), { actor: admin, commandId })).toMatchObject({ duplicate: true });
  });

  it('stays free where the command was rejected or had nothing to do', async () => {
    const settings = await open();
    const commandId = randomUUID();
    expect(await refusal(settings, channel(''), { commandId })).toBe('InvalidValues');
    await settings.execute(
      { type: 'ResetInstanceDefault', data: { integration: 'chat' } },
      { actor: admin, commandId },
    );
    const receipt = await settings.execute(channel('a'), { actor: admin, commandId });
    expect(receipt).toMatchObject({ duplicate: false, revision: 0n });
  });

  it('compares bodies as data: the order of keys and the way to say empty make no difference', async () => {
    const settings = await open();
    const commandId = randomUUID();
    await settings.execute(
      { type: 'SetInstanceDefault', data: { integration: 'chat', values: { channel: 'a', labels: [], notify: '' } } },
      { actor: admin, commandId },
    );
    const again = await settings.execute(
      {
        data: { values: { notify: null, labels: null, channel: 'a' }, integration: 'chat' },
        type: 'SetInstanceDefault',
      },
      { actor: admin, commandId },
    );
    expect(again.duplicate).toBe(true);
  });

  it('does not compare the values that are ignored when inheriting', async () => {
    const settings = await open();
    const commandId = randomUUID();
    await given(settings, registerProject('apollo', { group: null }), channel('a'), {
      type: 'SwitchToCustom',
      data: { project: 'apollo', integration: 'chat' },
    });
    const inherit = switchToInherited({ project: 'apollo' }, 'chat');
    await settings.execute(
      { type: 'SwitchToInherited', data: { ...inherit.data, values: { channel: 'ignored', nonsense: 'x' } } },
      { actor: admin, commandId },
    );
    expect(await settings.execute(inherit, { actor: admin, commandId })).toMatchObject({ duplicate: true });
  });

  it('is known after reopening, and to whoever else has the store', async () => {
    const eventStore = shared();
    const [one, other] = [await open({ eventStore }), await open({ eventStore })];
    const commandId = randomUUID();
    const first = await one.execute(channel('a'), { actor: admin, commandId });
    expect(await other.execute(channel('a'), { actor: admin, commandId })).toEqual({ ...first, duplicate: true });
    const reopened = await open({ eventStore });
    expect(await reopened.execute(channel('a'), { actor: admin, commandId })).toEqual({ ...first, duplicate: true });
    expect(await logOf(eventStore)).toHaveLength(1);
  });

  it('is free again in another namespace of the same store', async () => {
    const eventStore = shared();
    const commandId = randomUUID();
    for (const namespace of ['east', 'west']) {
      const settings = await open({ eventStore, namespace });
      expect(await settings.execute(channel('a'), { actor: admin, commandId })).toMatchObject({ duplicate: false });
    }
    const log = await logOf(eventStore);
    expect(new Set(log.map(({ id }) => id)).size).toBe(2);
  });
});

describe('the same command id with a secret', () => {
  it('is refused with another text, or with none', async () => {
    const settings = await open();
    const commandId = randomUUID();
    await settings.execute(connection('hush-1'), { actor: admin, commandId });
    expect(await settings.execute(connection('hush-1'), { actor: admin, commandId })).toMatchObject({
      duplicate: true,
    });
    expect(await refusal(settings, connection('hush-2'), { commandId })).toBe('CommandIdReused');
    expect(await refusal(settings, connection('********'), { commandId })).toBe('CommandIdReused');
    expect(await refusal(settings, connection(null), { commandId })).toBe('CommandIdReused');
  });

  it('counts texts as equal where the key that compares them is gone', async () => {
    const eventStore = shared();
    const keyStore = openMemoryKeyStore();
    const masterKey = { id: 'master', key: new Uint8Array(32).fill(7) };
    const settings = await open({ eventStore, keyring: await keyring({ masterKey, keyStore }) });
    const commandId = randomUUID();
    await settings.execute(connection('hush-1'), { actor: admin, commandId });
    await settings.execute({ type: 'EraseSecrets', data: { group: null, integration: 'tracker' } }, { actor: admin });
    expect(await settings.execute(connection('hush-2'), { actor: admin, commandId })).toMatchObject({
      duplicate: true,
    });
  });

  it('is asked for with a clear error where there is no keyring to compare with', async () => {
    const eventStore = shared();
    const commandId = randomUUID();
    const settings = await open({ eventStore });
    await settings.execute(connection('hush-1'), { actor: admin, commandId });
    const other = await open({ eventStore, keyring: 'none' });
    expect(await refusal(other, connection('hush-1'), { commandId })).toBe('SECRETS_NOT_CONFIGURED');
  });
});
