import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { anEvent, collect, freshPrefix } from '../testing/event-store/helpers.ts';
import { faultyServer, realServer } from './test-server.fixture.ts';

const { open, server } = faultyServer();
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Passes on what it hears, until the connections there are go silent; new ones work. */
const startRelay = async (port: number) => {
  const sockets = new Set<Socket>();
  const relay = createServer((incoming) => {
    const outgoing = connect(port, '127.0.0.1');
    for (const socket of [incoming, outgoing]) sockets.add(socket.on('error', () => undefined));
    incoming.pipe(outgoing).pipe(incoming);
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  closing.push(() => {
    relay.close();
    for (const socket of sockets) socket.destroy();
  });
  return {
    port: (relay.address() as AddressInfo).port,
    silence: (): void => {
      for (const socket of sockets) socket.unpipe().removeAllListeners('data').pause();
    },
  };
};

describe.skipIf(realServer !== undefined)('a connection that is dead and nobody says so', () => {
  it('C5 is left for a new one, long before the keep-alive would break it', async () => {
    const relay = await startRelay(server().ports[0] ?? 0);
    const store = await open(
      { giveUpAfterMs: 6_000 },
      { ...server(), connectionString: `esdb://127.0.0.1:${relay.port}?tls=false` },
    );
    const prefix = freshPrefix();
    const kinds: string[] = [];
    const following = (async () => {
      for await (const { kind } of store.subscribeToAll({ after: -1n, streamPrefix: prefix })) kinds.push(kind);
    })();
    await store.appendToStream(`${prefix}thing-1`, [anEvent()], { expectedRevision: 'no_stream' });
    relay.silence();
    const { revision } = await store.appendToStream(`${prefix}thing-1`, [anEvent()], { expectedRevision: 0n });
    expect(revision).toBe(1n);
    expect(await collect(store.readStream(`${prefix}thing-1`))).toHaveLength(2);
    await vi.waitFor(() => expect(kinds.slice(kinds.indexOf('disconnected'))).toContain('caught-up'), {
      timeout: 5_000,
    });
    expect(kinds).toContain('disconnected');
    await store.close();
    await following;
  });
});
