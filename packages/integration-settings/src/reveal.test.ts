import { randomUUID } from 'node:crypto';
import { type Command, type EventStore, type ScopeRef, SecretMark } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { deliveryActor } from './authorization.ts';
import type { IntegrationSettings } from './integration-settings.ts';
import { admin, as, catalog, errorOf, given, logOf, open, reasonOf, shared } from './settings.fixture.ts';
import { keyringOver, sharedKeyStore } from './shared-keys.fixture.ts';

const url = 'https://tracker.example';
const apollo = { project: 'apollo' } as const;
const crew = { group: 'crew' } as const;
const prepared: readonly Command[] = [
  { type: 'RegisterGroup', data: { group: 'crew', parent: null } },
  { type: 'RegisterProject', data: { project: 'apollo', group: 'crew' } },
  { type: 'RegisterProject', data: { project: 'gemini', group: null } },
  { type: 'SetGroupDefault', data: { group: 'crew', integration: 'tracker', values: { url, token: 'hush-crew' } } },
];
const maintainer = as('maintainer', apollo);
const owner = as('owner', crew);
const reveal = (settings: IntegrationSettings, scope: ScopeRef, actor = admin, purpose = 'test') =>
  settings.reveal(scope, 'tracker', { actor, purpose });

const opened = async (...commands: readonly Command[]): Promise<IntegrationSettings> => {
  const settings = await open();
  await given(settings, ...prepared, ...commands);
  return settings;
};

describe('revealing', () => {
  it('gives the texts with the settings they belong to', async () => {
    const settings = await opened();
    const { settings: effective, secrets } = await reveal(settings, apollo, owner);
    expect(secrets).toEqual({ token: 'hush-crew' });
    expect(effective).toBe(settings.effective(apollo, 'tracker'));
  });

  it('needs the administration of the origin, and not of the scope', async () => {
    const settings = await opened();
    expect(await reasonOf(reveal(settings, apollo, maintainer))).toBe('NOT_AUTHORIZED');
    expect((await reveal(settings, apollo, owner)).secrets).toEqual({ token: 'hush-crew' });
    await given(
      settings,
      {
        type: 'ChangeCustomSettings',
        data: { group: 'crew', integration: 'tracker', values: { token: null }, active: false },
      },
      {
        type: 'SwitchToCustom',
        data: { ...apollo, integration: 'tracker', values: { token: 'hush-apollo' }, active: true },
      },
    );
    expect((await reveal(settings, apollo, maintainer)).secrets).toEqual({ token: 'hush-apollo' });
  });

  it('needs the administration of the origin for a copy too', async () => {
    const settings = await opened({ type: 'SwitchToCustom', data: { ...apollo, integration: 'tracker' } });
    expect(settings.effective(apollo, 'tracker')).toMatchObject({ mode: 'custom', source: apollo });
    expect(await reasonOf(reveal(settings, apollo, maintainer))).toBe('NOT_AUTHORIZED');
    expect((await reveal(settings, apollo, owner)).secrets).toEqual({ token: 'hush-crew' });
  });

  it('judges the origin in the present tree', async () => {
    const settings = await opened(
      { type: 'SwitchToCustom', data: { ...apollo, integration: 'tracker' } },
      { type: 'RegisterGroup', data: { group: 'fleet', parent: null } },
      { type: 'TransferProject', data: { ...apollo, group: null } },
    );
    const admiral = as('admiral', { group: 'fleet' });
    expect(await reasonOf(reveal(settings, apollo, admiral))).toBe('NOT_AUTHORIZED');
    await given(settings, { type: 'MoveGroup', data: { group: 'crew', parent: 'fleet' } });
    expect((await reveal(settings, apollo, admiral)).secrets).toEqual({ token: 'hush-crew' });
    await given(settings, { type: 'RemoveGroup', data: crew });
    expect(await reasonOf(reveal(settings, apollo, owner))).toBe('NOT_AUTHORIZED');
    expect(await reasonOf(reveal(settings, apollo, admiral))).toBe('NOT_AUTHORIZED');
    expect((await reveal(settings, apollo)).secrets).toEqual({ token: 'hush-crew' });
  });

  it('is open to a delivery, which may command nothing', async () => {
    const settings = await opened();
    const actor = deliveryActor('courier');
    expect((await reveal(settings, apollo, actor)).secrets).toEqual({ token: 'hush-crew' });
    expect(await reasonOf(settings.execute(prepared[3]!, { actor }))).toBe('NOT_AUTHORIZED');
  });

  it('gives no secret where there is none, and then needs no administration', async () => {
    const settings = await opened();
    const { secrets, settings: effective } = await reveal(settings, { project: 'gemini' }, as('nobody'));
    expect([secrets, effective.mode]).toEqual([{}, 'unconfigured']);
  });

  it('refuses what is not there, and a purpose that says nothing', async () => {
    const settings = await opened();
    expect(await reasonOf(reveal(settings, { project: 'nowhere' }))).toBe('UNKNOWN_SCOPE');
    expect(await reasonOf(settings.reveal(apollo, 'nothing', { actor: admin, purpose: 'x' }))).toBe(
      'UNKNOWN_INTEGRATION',
    );
    for (const purpose of ['', 'x'.repeat(1001), '\ud800', 7 as never])
      expect(await reasonOf(reveal(settings, apollo, admin, purpose))).toBe('InvalidCommand');
    expect(await errorOf(settings.reveal(apollo, 'tracker', undefined as never))).toMatchObject({
      issues: [{ field: 'actor.id' }, { field: 'actor.administers' }],
    });
  });

  it('says that a secret is erased where its key is gone without an erasure', async () => {
    const eventStore = shared();
    const keyStore = sharedKeyStore();
    await given(await open({ eventStore, keyring: await keyringOver(keyStore) }), ...prepared);
    for await (const keys of keyStore.list()) for (const key of keys) await keyStore.destroy(key.id);
    const reopened = await open({ eventStore, keyring: await keyringOver(keyStore) });
    expect(await reasonOf(reveal(reopened, apollo))).toBe('SECRET_ERASED');
  });

  it('asks for the keyring where there is none', async () => {
    const eventStore = shared();
    await given(await open({ eventStore }), ...prepared);
    const without = await open({ eventStore, keyring: 'none' });
    expect(await reasonOf(reveal(without, apollo))).toBe('SECRETS_NOT_CONFIGURED');
    expect(without.effective(apollo, 'tracker').values['token']).toBeInstanceOf(SecretMark);
  });

  it('reads the text of a value in clear that the definition calls secret now', async () => {
    const eventStore = shared();
    await given(await open({ eventStore }), {
      type: 'SetInstanceDefault',
      data: { integration: 'chat', values: { channel: 'hush-channel' } },
    });
    const chat = { fields: { channel: { type: 'string', secret: true } } } as const;
    const settings = await open({
      eventStore,
      keyring: 'none',
      catalog: { ...catalog, definitions: { chat } },
    });
    const { secrets } = await settings.reveal('instance', 'chat', { actor: admin, purpose: 'test' });
    expect(secrets).toEqual({ channel: 'hush-channel' });
  });
});

describe('the record of what was revealed', () => {
  const revealed = async (eventStore: EventStore) =>
    (await logOf(eventStore)).filter(({ type }) => type === 'SecretsRevealed');

  it('is written before the texts are handed out, under the day, and has no effect on anything', async () => {
    const eventStore = shared();
    const settings = await open({ eventStore, clock: () => new Date('2026-03-01T23:59:59.999Z') });
    await given(settings, ...prepared);
    const before = settings.effective(apollo, 'tracker');
    await reveal(settings, apollo, owner, 'to look');
    const [event] = await revealed(eventStore);
    expect(event).toMatchObject({
      streamName: 'integrations.secretAccess-2026-03-01',
      data: { project: 'apollo', integration: 'tracker', fields: ['token'], purpose: 'to look' },
      metadata: { actor: 'owner', at: '2026-03-01T23:59:59.999Z', schemaVersion: 1, optional: true },
    });
    await settings.waitFor(event!.position);
    expect(settings.effective(apollo, 'tracker')).toBe(before);
  });

  it('is written once an hour for the same secret, actor and purpose, also for many at once', async () => {
    const eventStore = shared();
    let now = Date.parse('2026-03-01T12:00:00Z');
    const settings = await open({ eventStore, clock: () => new Date(now) });
    await given(settings, ...prepared);
    const several = () => Promise.all(Array.from({ length: 10 }, () => reveal(settings, apollo, owner)));
    await several();
    await reveal(settings, crew, owner); // the same secret, seen from elsewhere
    expect(await revealed(eventStore)).toHaveLength(1);
    await reveal(settings, apollo, owner, 'another purpose');
    await reveal(settings, apollo, admin);
    expect(await revealed(eventStore)).toHaveLength(3);
    now += 3_599_999;
    await several();
    expect(await revealed(eventStore)).toHaveLength(3);
    now += 1;
    await several();
    expect(await revealed(eventStore)).toHaveLength(4);
  });

  it('is written for the instance without a subject', async () => {
    const eventStore = shared();
    const settings = await open({ eventStore });
    await given(settings, {
      type: 'SetInstanceDefault',
      data: { integration: 'hook', values: { address: 'https://h.example/x' } },
    });
    await settings.reveal('instance', 'hook', { actor: admin, purpose: 'test' });
    const [event] = await revealed(eventStore);
    expect(Object.keys(event?.data as object).toSorted()).toEqual(['fields', 'integration', 'purpose']);
  });

  it('keeps the texts back where it cannot be written', async () => {
    const eventStore = shared();
    let isFull = false;
    const settings = await open({
      eventStore: {
        ...eventStore,
        appendToStream: async (...all) => {
          if (isFull) throw new Error('The disk is full.');
          return eventStore.appendToStream(...all);
        },
      },
    });
    await given(settings, ...prepared);
    isFull = true;
    await expect(reveal(settings, apollo)).rejects.toThrow('The disk is full.');
    isFull = false;
    await reveal(settings, apollo);
    expect(await revealed(eventStore)).toHaveLength(1);
  });

  it('is written where another process writes to the same day', async () => {
    const eventStore = shared();
    const keyStore = sharedKeyStore();
    const all = await Promise.all(
      [1, 2, 3].map(async () => open({ eventStore, keyring: await keyringOver(keyStore) })),
    );
    await given(all[0]!, ...prepared);
    await Promise.all(all.map((settings) => settings.waitFor(3n)));
    await Promise.all(all.map((settings, index) => reveal(settings, apollo, admin, `purpose ${index}`)));
    expect(await revealed(eventStore)).toHaveLength(3);
  });
});

it('gives texts and settings of one state, whatever changes meanwhile', async () => {
  const settings = await opened();
  const setting = (token: string) =>
    settings.execute(
      { type: 'SetGroupDefault', data: { group: 'crew', integration: 'tracker', values: { board: token, token } } },
      { actor: admin, commandId: randomUUID() },
    );
  await setting('hush-0');
  const writing = (async () => {
    for (let index = 1; index <= 20; index += 1) await setting(`hush-${index}`);
  })();
  for (let index = 0; index < 20; index += 1) {
    const { settings: effective, secrets } = await reveal(settings, apollo);
    expect(secrets['token']).toBe(effective.values['board']);
  }
  await writing;
});
