import { ephemeralKeyring } from '@integration-settings/adapters/keyring';
import {
  changeCustomSettings,
  eraseSecrets,
  type RecordedEvent,
  registerProject,
  setInstanceDefault,
  switchToCustom,
} from '@integration-settings/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import type { IntegrationSettings } from './integration-settings.ts';
import { admin, given, logOf, open, reasonOf, shared, withChanges } from './settings.fixture.ts';

const apollo = { project: 'apollo' };

let settings: IntegrationSettings;
/** Opens the settings on a store of their own, with a few events in it. */
const setUp = async (): Promise<ReturnType<typeof shared>> => {
  const eventStore = shared();
  settings = await open({ eventStore });
  await given(
    settings,
    registerProject('apollo', { group: null }),
    setInstanceDefault('chat', { channel: 'general' }),
    switchToCustom(apollo, 'tracker', { url: 'https://one.example', token: 'hush' }),
  );
  return eventStore;
};
beforeEach(async () => {
  await setUp();
});

describe('verify', () => {
  it('finds the view as its log says', async () => {
    expect(await settings.verify()).toEqual({
      ok: true,
      events: 3,
      position: settings.position,
      differences: [],
      withoutEffect: [],
      notUnderstood: 0,
      incomplete: 0,
      keysLeft: 0,
    });
  });

  it('counts the keys that an erasure has left behind', async () => {
    const keyring = ephemeralKeyring();
    const destroy = keyring.destroy.bind(keyring);
    settings = await open({
      keyring: Object.assign(keyring, { destroy: () => Promise.reject(new Error('The key store is away.')) }),
    });
    await given(
      settings,
      registerProject('apollo', { group: null }),
      switchToCustom(apollo, 'tracker', { url: 'https://one.example', token: 'hush' }),
    );
    const erased = await settings.execute(eraseSecrets(apollo, 'tracker'), { actor: admin });
    expect(erased.keysDestroyed).toBe(false);
    expect(await settings.verify()).toMatchObject({ ok: true, keysLeft: 1, incomplete: 1 });
    Object.assign(keyring, { destroy });
    await settings.execute(eraseSecrets(apollo, 'tracker'), { actor: admin });
    expect(await settings.verify()).toMatchObject({ keysLeft: 0 });
  });
});

describe('rebuild', () => {
  it('puts an equal view in place, with which everything goes on', async () => {
    const before = settings.effective(apollo, 'chat');
    const impact = await settings.preview(setInstanceDefault('chat', { channel: 'news' }), { actor: admin });
    const report = await settings.rebuild();
    expect(report).toMatchObject({ events: 3, position: settings.position, differences: [] });
    expect(settings.effective(apollo, 'chat')).toEqual(before);
    expect([...impact.projects()]).toEqual(['apollo']);
    await given(settings, setInstanceDefault('chat', { channel: 'news' }));
    await given(settings, changeCustomSettings(apollo, 'tracker', { board: 'x' }));
    expect(settings.effective(apollo, 'chat').values).toEqual({ channel: 'news' });
    expect(await settings.reveal(apollo, 'tracker', { actor: admin, purpose: 'test' })).toMatchObject({
      secrets: { token: 'hush' },
    });
    expect((await settings.verify()).ok).toBe(true);
  });

  it('takes its turn where two are asked for at once, also where one is stopped', async () => {
    const reason = new Error('enough');
    const [one, stopped, other] = await Promise.allSettled([
      settings.rebuild(),
      settings.rebuild({ signal: AbortSignal.abort(reason) }),
      settings.rebuild(),
    ]);
    expect([one.status, stopped, other.status]).toEqual(['fulfilled', { status: 'rejected', reason }, 'fulfilled']);
  });

  it('is finished before the settings close', async () => {
    const rebuilding = settings.rebuild();
    await settings.close();
    expect(await rebuilding).toMatchObject({ events: 3 });
    expect(await reasonOf(settings.rebuild())).toBe('CLOSED');
    expect(await reasonOf(settings.verify())).toBe('CLOSED');
  });

  it('goes on with reads and commands while it reads', async () => {
    const eventStore = await setUp();
    const events = await logOf(eventStore);
    const rest = Promise.withResolvers<void>();
    let isHeld = false;
    const slow = await open({
      eventStore: withChanges(eventStore, {
        async *readAll(options): AsyncGenerator<readonly RecordedEvent[]> {
          if (isHeld && options?.direction !== 'backwards') await rest.promise;
          yield* eventStore.readAll(options);
        },
      }),
    });
    isHeld = true;
    const rebuilding = slow.rebuild();
    await given(slow, setInstanceDefault('chat', { channel: 'news' }));
    expect(slow.effective(apollo, 'chat').values).toEqual({ channel: 'news' });
    rest.resolve();
    expect(await rebuilding).toMatchObject({ events: events.length + 1, differences: [] });
    expect(slow.effective(apollo, 'chat').values).toEqual({ channel: 'news' });
  });
});
