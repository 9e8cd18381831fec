import { EventStoreDBClient } from '@eventstore/db-client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { anEvent, collect, freshPrefix } from '../testing/event-store/helpers.ts';
import { type EventStoreDbServerOptions, startEventStoreDbServer } from '../testing/eventstoredb-server/index.ts';
import { openEventStoreDb } from './index.ts';
import { realServer } from './test-server.fixture.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const start = async (options: EventStoreDbServerOptions = {}) => {
  const server = await startEventStoreDbServer(options);
  closing.push(() => server.close());
  return server;
};

const open = async (connectionString: string, openWithinMs = 10_000) => {
  const store = await openEventStoreDb({ connectionString, answerWithinMs: 500, openWithinMs });
  closing.push(() => store.close());
  return store;
};

const withCredentials = (connectionString: string, credentials: string): string =>
  connectionString.replace('://', `://${credentials}@`);

describe.skipIf(realServer !== undefined)('opening EventStoreDB', () => {
  it('refuses a connection string that is not one, without the password in the error or on the console', async () => {
    const printed = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error'), vi.spyOn(console, 'log')];
    const opened = open('esdb://admin:hunter2secret@localhost?nonsense=1');
    const error: unknown = await opened.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INVALID_CONNECTION_STRING' });
    expect(`${String(error)} ${(error as Error).stack} ${JSON.stringify(error)}`).not.toContain('hunter2secret');
    for (const spy of printed) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it('waits for a server that comes', async () => {
    const server = await start();
    await server.kill();
    const opened = open(server.connectionString);
    await server.restart();
    expect(await collect((await opened).readStream(`${freshPrefix()}thing-1`))).toEqual([]);
  });

  it('waits for a server that is not ready', async () => {
    const server = await start();
    await server.inject({ notReadyReads: 3, notReady: 2 });
    const store = await open(server.connectionString);
    const { revision } = await store.appendToStream(`${freshPrefix()}thing-1`, [anEvent()], {
      expectedRevision: 'any',
    });
    expect(revision).toBe(0n);
  });

  it('gives up on a server that does not come, with a typed error', async () => {
    const server = await start();
    await server.kill();
    await expect(open(server.connectionString, 300)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('is not available'),
    });
  });

  it('gives up on a server that hangs', async () => {
    const server = await start();
    server.freeze();
    await expect(open(server.connectionString, 300)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    server.thaw();
  });

  it('refuses a server that does not say when a subscription has caught up', async () => {
    const server = await start();
    await server.inject({ withoutCaughtUp: true });
    await expect(open(server.connectionString, 300)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('version 23.10 or later'),
    });
  });

  it('speaks TLS, and sends the credentials of the connection string', async () => {
    const server = await start({ tls: true, users: { admin: 'p@ss:word' } });
    const store = await open(withCredentials(server.connectionString, 'admin:p%40ss%3Aword'));
    const { revision } = await store.appendToStream(`${freshPrefix()}thing-1`, [anEvent()], {
      expectedRevision: 'any',
    });
    expect(revision).toBe(0n);
  });

  it.each(['admin:hunter2', 'nobody:hunter3'])('refuses %s, the password not shown', async (credentials) => {
    const server = await start({ tls: true, users: { admin: 'hunter3' } });
    const error: unknown = await open(withCredentials(server.connectionString, credentials)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', message: expect.stringContaining('refused access') });
    expect(String(error)).not.toContain('hunter');
  });

  it('refuses a certificate that nobody vouches for, at once', async () => {
    const server = await start({ tls: true });
    const trusting = server.connectionString.replace(/\?.*/, '');
    await expect(open(trusting, 600_000)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('certificate'),
    });
  });

  it('takes the client of a host', async () => {
    const server = await start();
    const client = EventStoreDBClient.connectionString(server.connectionString);
    const store = await openEventStoreDb({ client, answerWithinMs: 500 });
    closing.push(() => store.close());
    const stream = `${freshPrefix()}thing-1`;
    await server.inject({ loseAcknowledgements: 1 });
    await store.appendToStream(stream, [anEvent()], { expectedRevision: 'no_stream' });
    expect(await collect(store.readStream(stream))).toHaveLength(1);
  });
});
