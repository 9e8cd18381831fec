import type { SubscriptionMessage } from '@integration-settings/domain';
import { describe, expect, it, vi } from 'vitest';
import { anEvent, collect, freshPrefix, idsOf, someEvents } from '../testing/event-store/helpers.ts';
import { faultyServer, realServer } from './test-server.fixture.ts';

const { open, server } = faultyServer();

describe.skipIf(realServer !== undefined)('a server that is stopped with SIGTERM', () => {
  it('C5 answers each append after its restart, and the subscription goes on: nothing is lost or doubled', async () => {
    const [store, follower, prefix] = [await open(), await open({ signOfLifeMs: 60_000 }), freshPrefix()];
    const heard: SubscriptionMessage[] = [];
    const stop = new AbortController();
    const following = (async () => {
      for await (const message of follower.subscribeToAll({ after: -1n, streamPrefix: prefix, signal: stop.signal }))
        heard.push(message);
    })();
    const first = anEvent();
    await store.appendToStream(`${prefix}warm-1`, [first], { expectedRevision: 'no_stream' });
    await vi.waitFor(() => expect(heard.map(({ kind }) => kind)).toContain('events'));
    const terminated = server().terminate({ withinMs: 800 });
    await server().inspect(); // it is stopping now
    const events = someEvents(50);
    const appends = events.map((event, index) =>
      store.appendToStream(`${prefix}thing-${index}`, [event], { expectedRevision: 'no_stream' }),
    );
    const read = collect(store.readStream(`${prefix}warm-1`));
    await terminated;
    await server().restart();
    expect((await Promise.all(appends)).map(({ revision }) => revision)).toEqual(events.map(() => 0n));
    expect(idsOf(await read)).toEqual([first.id]);
    const log = idsOf(await collect(store.readAll({ streamPrefix: prefix })));
    expect(log.toSorted()).toEqual(idsOf([first, ...events]).toSorted());
    const followed = () => idsOf(heard.flatMap((message) => (message.kind === 'events' ? message.events : [])));
    await vi.waitFor(() => expect(followed()).toEqual(log), { timeout: 10_000 });
    expect(heard.filter(({ kind }) => kind === 'disconnected')).toEqual([
      { kind: 'disconnected', reason: expect.stringContaining('Received RST_STREAM with code 0') },
    ]);
    stop.abort();
    await following;
  });

  it('C5 gives an append that cannot wait a typed error, and its answer when it is repeated', async () => {
    const [store, prefix] = [await open({ giveUpAfterMs: 300 }), freshPrefix()];
    await store.appendToStream(`${prefix}warm-1`, [anEvent()], { expectedRevision: 'no_stream' });
    const terminated = server().terminate({ withinMs: 1_500 });
    await server().inspect(); // it is stopping now
    const [stream, event] = [`${prefix}thing-1`, anEvent()];
    const append = store.appendToStream(stream, [event], { expectedRevision: 'no_stream' });
    await expect(append).rejects.toMatchObject({ code: 'APPEND_OUTCOME_UNKNOWN', streamName: stream });
    await server().recover();
    await terminated;
    const patient = await open();
    const { revision } = await patient.appendToStream(stream, [event], { expectedRevision: 'no_stream' });
    expect(revision).toBe(0n);
    expect(idsOf(await collect(patient.readStream(stream)))).toEqual([event.id]);
  });
});
