import type { EventStore } from '@integration-settings/domain';
import { describe, expect, it, vi } from 'vitest';
import { anEvent, collect, freshPrefix, idsOf } from '../testing/event-store/helpers.ts';
import { faultyServer, realServer } from './test-server.fixture.ts';

const { open, server } = faultyServer({ nodes: 3, electionMs: 400 });

/** Four writers, one append at a time each, that go on until they are told to stop. */
const startLoad = (store: EventStore, prefix: string) => {
  const acknowledged: string[] = [];
  const stopping = new AbortController();
  const writers = [0, 1, 2, 3].map(async (writer) => {
    for (let revision = -1n; !stopping.signal.aborted;) {
      const event = anEvent();
      const expectedRevision = revision === -1n ? 'no_stream' : revision;
      ({ revision } = await store.appendToStream(`${prefix}thing-${writer}`, [event], { expectedRevision }));
      acknowledged.push(event.id);
    }
  });
  return {
    /** Waits until so many more were acknowledged. */
    more: async (count: number) => {
      const wanted = acknowledged.length + count;
      await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(wanted), { timeout: 20_000 });
    },
    stop: async (): Promise<readonly string[]> => {
      stopping.abort();
      await Promise.all(writers);
      return acknowledged;
    },
  };
};

describe.skipIf(realServer !== undefined)('a cluster', () => {
  it.each(['killNode', 'freezeNode'] as const)(
    'C11 goes on after %s of its leader, with nothing lost or doubled',
    async (fault) => {
      const store = await open({ giveUpAfterMs: 20_000 });
      const prefix = freshPrefix();
      const seen: string[] = [];
      const kinds: string[] = [];
      const stop = new AbortController();
      const following = (async () => {
        for await (const message of store.subscribeToAll({ after: -1n, streamPrefix: prefix, signal: stop.signal })) {
          kinds.push(message.kind);
          if (message.kind === 'events') seen.push(...idsOf(message.events));
        }
      })();
      const load = startLoad(store, prefix);
      await load.more(40);
      const leader = (await server().leader()) ?? 0;
      await server()[fault](leader);
      await load.more(40);
      expect(await server().leader()).not.toBe(leader);
      await server().recover();
      await load.more(40);
      const acknowledged = await load.stop();
      const log = idsOf(await collect(store.readAll({ streamPrefix: prefix })));
      expect(log.toSorted()).toEqual(acknowledged.toSorted());
      await vi.waitFor(() => expect(seen).toEqual(log), { timeout: 10_000 });
      expect(kinds).toContain('disconnected');
      stop.abort();
      await following;
    },
  );

  it('C11 keeps a typed answer ready while there is no leader', async () => {
    const store = await open({ giveUpAfterMs: 1_000 });
    for (const node of [0, 1, 2]) await server().killNode(node);
    const append = store.appendToStream(`${freshPrefix()}thing-1`, [anEvent()], { expectedRevision: 'no_stream' });
    await expect(append).rejects.toMatchObject({
      code: expect.stringMatching(/^(STORE_UNAVAILABLE|APPEND_OUTCOME_UNKNOWN)$/),
    });
  });

  it('C2 a single host that is no leader leads to the one that is', async () => {
    const leader = (await server().leader()) ?? 0;
    const follower = server().ports[(leader + 1) % 3];
    const store = await open({}, { ...server(), connectionString: `esdb://127.0.0.1:${follower}?tls=false` });
    const stream = `${freshPrefix()}thing-1`;
    await store.appendToStream(stream, [anEvent()], { expectedRevision: 'no_stream' });
    expect(await collect(store.readStream(stream))).toHaveLength(1);
  });
});
