import { randomUUID } from 'node:crypto';
import { type EventStore, type EventToAppend, registerProject, setInstanceDefault } from '@integration-settings/domain';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Status } from '@integration-settings/projections';
import type { IntegrationSettings } from './integration-settings.ts';
import { admin, given, open, reasonOf, refusal, shared } from './settings.fixture.ts';

const command = setInstanceDefault('chat', { channel: 'b' });
const stream = 'integrations.instanceSettings-chat';

const event = (changes: Partial<EventToAppend> & { readonly metadata?: object } = {}): EventToAppend => ({
  id: randomUUID(),
  type: 'InstanceDefaultChanged',
  data: { integration: 'chat', values: { channel: 'x' } },
  ...changes,
  metadata: {
    commandId: randomUUID(),
    commandHash: 'AAAAAAAAAAAAAAAAAAAAAA',
    actor: 'somebody',
    at: '2026-01-01T00:00:00.000Z',
    schemaVersion: 1,
    ...changes.metadata,
  },
});

const append = (eventStore: EventStore, events: readonly EventToAppend[], streamName = stream) =>
  eventStore.appendToStream(streamName, events, { expectedRevision: 'any' });

/** The first status that is not live. */
const stopped = (settings: IntegrationSettings): Promise<Status> =>
  new Promise((resolve) => settings.status$.subscribe((status) => status.state === 'outdated' && resolve(status)));

const foreign: readonly [string, EventToAppend, streamName?: string][] = [
  ['an event of an unknown type', event({ type: 'FromTheFuture' })],
  ['an event of an unknown type in a stream of an unknown kind', event({ type: 'X' }), 'integrations.laterThing-1'],
  ['a later schema version', event({ metadata: { schemaVersion: 2 } })],
];

describe.each(foreign)('after %s', (_, unknown, streamName) => {
  it('reads go on as of the position before it, and whatever needs to know more is refused', async () => {
    const eventStore = shared();
    const settings = await open({ eventStore });
    await given(
      settings,
      setInstanceDefault('chat', { channel: 'a' }),
      registerProject('apollo', { group: null }),
      setInstanceDefault('tracker', { url: 'https://tracker.example', token: 'hush-1' }),
    );
    const { position } = settings;
    const outdated = stopped(settings);
    await append(eventStore, [unknown], streamName);
    await append(eventStore, [event()]);
    expect(await outdated).toMatchObject({ state: 'outdated', position });
    const reopened = await open({ eventStore });
    for (const each of [settings, reopened]) {
      expect(await firstValueFrom(each.status$)).toMatchObject({ state: 'outdated', position });
      expect(each.position).toBe(position);
      expect(each.effective({ project: 'apollo' }, 'chat').values).toEqual({ channel: 'a' });
      expect(await refusal(each, command)).toBe('STORE_NEWER');
      expect(await reasonOf(each.preview(command, { actor: admin }))).toBe('STORE_NEWER');
      expect(await reasonOf(each.reveal('instance', 'tracker', { actor: admin, purpose: 'test' }))).toBe('STORE_NEWER');
      expect(await reasonOf(each.reconcile([], { actor: admin }))).toBe('STORE_NEWER');
      expect(await reasonOf(each.waitFor(position + 2n))).toBe('STORE_NEWER');
      expect(await reasonOf(each.verify())).toBe('STORE_NEWER');
      expect(await reasonOf(each.rebuild())).toBe('STORE_NEWER');
      await each.waitFor(position);
    }
  });
});

it('answers what was appended before it, and refuses a command that finds it only when it looks', async () => {
  const eventStore = shared();
  const settings = await open({ eventStore });
  await given(settings, setInstanceDefault('chat', { channel: 'a' }));
  const executing = settings.execute(registerProject('apollo', { group: null }), { actor: admin });
  const refused = refusal(settings, command);
  await append(eventStore, [event({ type: 'FromTheFuture' })]);
  expect(await executing).toMatchObject({ visible: true });
  expect(await refused).toBe('STORE_NEWER');
});

it('skips what says that it is optional, but counts its revision, position and command id', async () => {
  const eventStore = shared();
  const settings = await open({ eventStore });
  await given(settings, setInstanceDefault('chat', { channel: 'a' }));
  const commandId = randomUUID();
  const { position } = await append(eventStore, [
    event({ type: 'FromTheFuture', data: 'anything', metadata: { optional: true, schemaVersion: 9, commandId } }),
  ]);
  await settings.waitFor(position);
  expect(settings.position).toBe(position);
  expect(settings.own('instance', 'chat')).toMatchObject({ values: { channel: 'a' }, revision: 1n });
  expect(await refusal(settings, command, { commandId })).toBe('CommandIdReused');
  expect(await settings.execute(command, { actor: admin, expectedRevision: 1n })).toMatchObject({ revision: 2n });
});

it('leaves what other namespaces hold to others', async () => {
  const eventStore = shared();
  const settings = await open({ eventStore });
  await append(eventStore, [event({ type: 'FromTheFuture' })], 'others.instanceSettings-chat');
  await append(eventStore, [event({ type: 'FromTheFuture' })], 'integrationsToo.instanceSettings-chat');
  expect(await settings.execute(command, { actor: admin })).toMatchObject({ visible: true });
});

const broken: readonly [string, EventToAppend][] = [
  ['a body without its values', event({ type: 'InstanceDefaultSet', data: { integration: 'chat', active: true } })],
  ['a body of another scope', event({ data: { integration: 'chat', group: 'crew', values: {} } })],
  ['a body that is a list', event({ data: [] })],
  ['a value that is no value', event({ data: { integration: 'chat', values: { channel: { nested: true } } } })],
  ['a secret without its nonce', event({ data: { integration: 'chat', values: { channel: { $secret: { v: 1 } } } } })],
  ['metadata without a command id', event({ metadata: { commandId: undefined } })],
  ['a schema version that is none', event({ metadata: { schemaVersion: '1' } })],
  ['a part beyond its count', event({ metadata: { part: [2, 2] } })],
  ['a second part without a first', event({ metadata: { part: [1, 2] } })],
];

it.each(broken)('stops at %s, and says so', async (_, broken) => {
  const eventStore = shared();
  const settings = await open({ eventStore });
  await given(settings, setInstanceDefault('chat', { channel: 'a' }));
  const outdated = stopped(settings);
  const { position } = await append(eventStore, [broken]);
  const { reason } = await outdated;
  expect(reason).toContain(stream);
  expect(await refusal(settings, command)).toBe('STORE_CORRUPTED');
  expect(settings.position).toBe(position - 1n);
  expect(settings.effective('instance', 'chat').values).toEqual({ channel: 'a' });
});

describe('the parts of one command', () => {
  const parts = (commandId: string) => [
    event({ type: 'DefaultUnlocked', data: { integration: 'chat' }, metadata: { commandId, part: [0, 2] } }),
    event({ type: 'InstanceDefaultReset', data: { integration: 'chat' }, metadata: { commandId, part: [1, 2] } }),
  ];

  it('wait at the end of the log, and take effect together', async () => {
    const eventStore = shared();
    const settings = await open({ eventStore });
    await given(settings, setInstanceDefault('chat', { channel: 'a' }), {
      type: 'LockDefault',
      data: { group: null, integration: 'chat' },
    });
    const { position } = settings;
    const [first, second] = parts(randomUUID());
    await append(eventStore, [first!]);
    const reopened = await open({ eventStore });
    for (const each of [settings, reopened]) {
      expect(each.position).toBe(position);
      expect(each.own('instance', 'chat')).toMatchObject({ mode: 'custom', lock: 'whole' });
    }
    const last = await append(eventStore, [second!]);
    for (const each of [settings, reopened]) {
      await each.waitFor(last.position);
      expect(each.position).toBe(last.position);
      expect(each.own('instance', 'chat')).toMatchObject({ mode: 'none', lock: undefined, revision: last.revision });
    }
  });

  it('may have events of other streams between them', async () => {
    const eventStore = shared();
    const settings = await open({ eventStore });
    const [first, second] = parts(randomUUID());
    await append(eventStore, [first!]);
    await append(
      eventStore,
      [event({ type: 'ProjectRegistered', data: { project: 'apollo' } })],
      'integrations.project-apollo',
    );
    const { position } = await append(eventStore, [second!]);
    await settings.waitFor(position);
    expect(settings.scopes.exists({ project: 'apollo' })).toBe(true);
  });

  it('are broken where another event of the stream comes between them', async () => {
    const eventStore = shared();
    const settings = await open({ eventStore });
    const outdated = stopped(settings);
    const [first] = parts(randomUUID());
    await append(eventStore, [first!, event()]);
    expect((await outdated).reason).toContain('part');
    expect(await refusal(settings, command)).toBe('STORE_CORRUPTED');
  });
});
