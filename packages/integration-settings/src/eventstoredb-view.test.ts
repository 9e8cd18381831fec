import { openEventStoreDb } from '@integration-settings/adapters/eventstoredb';
import {
  type EventStoreDbServer,
  startEventStoreDbServer,
} from '@integration-settings/adapters/testing/eventstoredb-server';
import { registerProject, setInstanceDefault } from '@integration-settings/domain';
import type { Status } from '@integration-settings/projections';
import { filter, firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IntegrationSettings } from './integration-settings.ts';
import { admin, given, open, reasonOf } from './settings.fixture.ts';

let server: EventStoreDbServer;
beforeAll(async () => {
  server = await startEventStoreDbServer();
});
afterAll(() => server.close());

let namespaces = 0;

/** Settings on the server, in a namespace of their own. */
const openOnServer = async (namespace = `view${++namespaces}`) => {
  const eventStore = await openEventStoreDb({
    connectionString: server.connectionString,
    answerWithinMs: 500,
    signOfLifeMs: 300,
  });
  return { settings: await open({ eventStore, namespace }), namespace };
};

const statusOf = (settings: IntegrationSettings, state: Status['state']): Promise<Status> =>
  firstValueFrom(settings.status$.pipe(filter((status) => status.state === state)));

const metadata = JSON.stringify({
  commandId: 'f0b7bb53-1d6b-4f0a-9c2f-0f4a2f3d6f11',
  commandHash: 'AAAAAAAAAAAAAAAAAAAAAA',
  actor: 'somebody',
  at: '2026-01-01T00:00:00.000Z',
  schemaVersion: 1,
});

describe('a view on EventStoreDB', () => {
  it('sees what another process has written, as soon as it waits for it', async () => {
    const { settings: one, namespace } = await openOnServer();
    const { settings: other } = await openOnServer(namespace);
    await given(one, registerProject('apollo', { group: null }));
    const { position } = await one.execute(setInstanceDefault('chat', { channel: 'a' }), { actor: admin });
    await other.waitFor(position);
    expect(other.effective({ project: 'apollo' }, 'chat').values).toEqual({ channel: 'a' });
  });

  it('says that it has lost its connection and since when, goes on serving reads, and goes live again by itself', async () => {
    const { settings } = await openOnServer();
    await given(settings, registerProject('apollo', { group: null }), setInstanceDefault('chat', { channel: 'a' }));
    await server.kill();
    const { reason, since } = await statusOf(settings, 'disconnected');
    expect(reason).not.toBe('');
    expect(Date.parse(since)).not.toBeNaN();
    expect(settings.effective({ project: 'apollo' }, 'chat').values).toEqual({ channel: 'a' });
    await server.restart();
    await statusOf(settings, 'live');
    await given(settings, setInstanceDefault('chat', { channel: 'b' }));
    expect(settings.effective({ project: 'apollo' }, 'chat').values).toEqual({ channel: 'b' });
  });

  it.each([
    ['broken JSON', 'InstanceDefaultChanged', '{"integration":', metadata, 'STORE_CORRUPTED'],
    [
      'a body that is not what its type says',
      'InstanceDefaultChanged',
      '{"integration":7}',
      metadata,
      'STORE_CORRUPTED',
    ],
    ['metadata that is no JSON', 'InstanceDefaultChanged', '{"integration":"chat"}', '{nor this', 'STORE_CORRUPTED'],
    [
      'a type that this version does not know',
      'InstanceDefaultTwisted',
      '{"integration":"chat"}',
      metadata,
      'STORE_NEWER',
    ],
  ])('stops at an event of ours with %s, and names it', async (_, type, data, written, code) => {
    const { settings, namespace } = await openOnServer();
    await given(settings, setInstanceDefault('chat', { channel: 'a' }));
    const { position } = settings;
    const outdated = statusOf(settings, 'outdated');
    await server.write(`${namespace}.instanceSettings-chat`, {
      type,
      data,
      metadata: written,
    });
    expect(await outdated).toMatchObject({
      position,
      reason: expect.stringContaining(`${namespace}.instanceSettings-chat`) as string,
    });
    expect(settings.effective('instance', 'chat').values).toEqual({ channel: 'a' });
    expect(await reasonOf(settings.execute(setInstanceDefault('chat', { channel: 'b' }), { actor: admin }))).toBe(code);
  });

  it('passes over what stands outside of its namespace', async () => {
    const { settings } = await openOnServer();
    await given(settings, setInstanceDefault('chat', { channel: 'a' }));
    await server.write('somebodyElse-1', { type: 'InstanceDefaultChanged', data: '{broken', metadata: '{broken' });
    await given(settings, setInstanceDefault('chat', { channel: 'b' }));
    expect(settings.effective('instance', 'chat').values).toEqual({ channel: 'b' });
  });
});
