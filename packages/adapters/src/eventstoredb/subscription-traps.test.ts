import type { EventStore, RecordedEvent, SubscriptionMessage } from '@integration-settings/domain';
import { describe, expect, it, vi } from 'vitest';
import { anEvent, collect, freshPrefix, gather, idsOf, someEvents } from '../testing/event-store/helpers.ts';
import { faultyServer, realServer } from './test-server.fixture.ts';

const { open, server } = faultyServer();

/** Follows in the background, and gathers all that is said until it is stopped. */
const follow = (store: EventStore, streamPrefix: string, after = -1n) => {
  const messages: SubscriptionMessage[] = [];
  const stop = new AbortController();
  const ended = (async () => {
    for await (const message of store.subscribeToAll({ after, streamPrefix, signal: stop.signal }))
      messages.push(message);
  })();
  const kinds = (): readonly string[] => messages.map(({ kind }) => kind);
  return {
    messages,
    kinds,
    events: (): readonly RecordedEvent[] =>
      messages.flatMap((message) => (message.kind === 'events' ? message.events : [])),
    heard: (kind: SubscriptionMessage['kind']) =>
      vi.waitFor(() => expect(kinds()).toContain(kind), { timeout: 10_000 }),
    stop: async () => {
      stop.abort();
      await ended;
    },
  };
};

/** For what is waited for: not yet. */
const failing = (message: string): never => {
  throw new Error(message);
};

const append = async (store: EventStore, prefix: string, count: number) => {
  const events = someEvents(count);
  await store.appendToStream(`${prefix}thing-1`, events, { expectedRevision: 'any' });
  return events;
};

describe.skipIf(realServer !== undefined)('the traps of subscriptions', () => {
  it('C7 nobody resubscribes: after a restart the subscription goes on where it was, once and in order', async () => {
    const store = await open();
    const prefix = freshPrefix();
    const before = await append(store, prefix, 10);
    const following = follow(store, prefix);
    await following.heard('caught-up');
    await server().kill();
    await following.heard('disconnected');
    await server().restart();
    const after = await append(store, prefix, 10);
    await vi.waitFor(() => expect(idsOf(following.events())).toEqual(idsOf([...before, ...after])), {
      timeout: 10_000,
    });
    await vi.waitFor(() =>
      expect(following.kinds().lastIndexOf('caught-up')).toBeGreaterThan(following.kinds().indexOf('disconnected')),
    );
    await following.stop();
  });

  it('C7 an outage is told once, however often the connection is tried', async () => {
    const store = await open({ answerWithinMs: 2_000 });
    const following = follow(store, freshPrefix());
    await following.heard('caught-up');
    await server().kill();
    await following.heard('disconnected');
    await server().restart();
    await vi.waitFor(() => expect(following.kinds().at(-1)).toBe('caught-up'), { timeout: 10_000 });
    expect(following.kinds().filter((kind) => kind === 'disconnected')).toHaveLength(1);
    await following.stop();
  });

  it('C7 a connection that goes silent is noticed, with a reason, and left', async () => {
    const store = await open();
    const prefix = freshPrefix();
    const following = follow(store, prefix);
    await following.heard('caught-up');
    server().freeze();
    await following.heard('disconnected');
    const disconnected = following.messages.find(({ kind }) => kind === 'disconnected');
    expect(disconnected).toEqual({ kind: 'disconnected', reason: 'No answer within 500 ms.' });
    server().thaw();
    const events = await append(store, prefix, 3);
    await vi.waitFor(() => expect(idsOf(following.events())).toEqual(idsOf(events)), { timeout: 10_000 });
    await following.stop();
  });

  it('C11 a client that is given up takes its subscription along: it is renewed, and nothing is lost', async () => {
    const store = await open({ signOfLifeMs: 60_000 });
    const prefix = freshPrefix();
    const following = follow(store, prefix);
    await following.heard('caught-up');
    await server().inject({ ignoreAppends: 1 });
    const events = await append(store, prefix, 3);
    await following.heard('disconnected');
    await vi.waitFor(() => expect(idsOf(following.events())).toEqual(idsOf(events)), { timeout: 10_000 });
    await following.stop();
  });

  it('C7 the client tells caught-up before the events that came first: here it comes after them', async () => {
    const store = await open();
    const prefix = freshPrefix();
    const events = await append(store, prefix, 3_000);
    const seen: string[] = [];
    for await (const message of store.subscribeToAll({ after: -1n, streamPrefix: prefix })) {
      if (message.kind === 'events') seen.push(...idsOf(message.events));
      if (message.kind === 'caught-up') break;
    }
    expect(seen).toEqual(idsOf(events));
  });

  it('C7 few events match: checkpoints tell how far the log was passed, and are good to resume from', async () => {
    const store = await open();
    const [prefix, other] = [freshPrefix(), freshPrefix()];
    const [first] = await append(store, prefix, 1);
    const following = follow(store, prefix);
    await following.heard('caught-up');
    await append(store, other, 200);
    const [ours] = await collect(store.readAll({ streamPrefix: prefix }));
    const position = await vi.waitFor(() => {
      const passed = following.messages.flatMap((message) => (message.kind === 'checkpoint' ? [message.position] : []));
      return passed.find((checkpoint) => checkpoint > (ours?.position ?? 0n)) ?? failing('no checkpoint yet');
    });
    await following.stop();
    const resumed = follow(store, prefix, position);
    const [last] = await append(store, prefix, 1);
    await vi.waitFor(() => expect(idsOf(resumed.events())).toEqual(idsOf(last === undefined ? [] : [last])));
    expect(idsOf(following.events())).toEqual([first?.id]);
    await resumed.stop();
  });

  it('C7 positions only grow, whatever the checkpoints of a subscription that catches up', async () => {
    const store = await open();
    const [prefix, other] = [freshPrefix(), freshPrefix()];
    for (let round = 0; round < 20; round += 1) {
      await append(store, other, 20);
      await append(store, prefix, 20);
    }
    const following = follow(store, prefix);
    await following.heard('caught-up');
    const positions = following.messages.flatMap((message) =>
      message.kind === 'events'
        ? message.events.map(({ position }) => position)
        : message.kind === 'checkpoint'
          ? [message.position]
          : [],
    );
    expect(positions.length).toBeGreaterThan(400);
    expect(positions).toEqual([...new Set(positions)].toSorted((one, two) => (one < two ? -1 : 1)));
    await following.stop();
  });

  it('D5 a position past the end is confirmed and skips what comes: it is refused by name', async () => {
    const store = await open();
    const { position } = await store.appendToStream(`${freshPrefix()}thing-1`, [anEvent()], {
      expectedRevision: 'any',
    });
    const messages = gather(store.subscribeToAll({ after: position + 5_000n, streamPrefix: 'thing-' }));
    await expect(messages).rejects.toMatchObject({
      code: 'OUT_OF_RANGE',
      message: expect.stringContaining(
        `Position ${position + 5_000n} is past the end of the log, which is at ${position}`,
      ),
    });
  });

  it('D5 a position that is none of this log is refused by name', async () => {
    const store = await open();
    const prefix = freshPrefix();
    await append(store, prefix, 3);
    const [first] = await collect(store.readAll({ streamPrefix: prefix }));
    const after = (first?.position ?? 0n) + 1n;
    await expect(gather(store.subscribeToAll({ after, streamPrefix: prefix }))).rejects.toMatchObject({
      code: 'OUT_OF_RANGE',
      message: expect.stringContaining(`Position ${after} is not one of this log`),
    });
  });

  it('D5 a log that came back without its events ends what followed it, by name', async () => {
    const store = await open();
    const prefix = freshPrefix();
    await append(store, prefix, 3);
    const following = gather(store.subscribeToAll({ after: -1n, streamPrefix: prefix }));
    following.catch(() => undefined);
    await vi.waitFor(async () => expect((await server().inspect()).openSubscriptions).toBe(1));
    await collect(store.readAll({ streamPrefix: prefix }));
    await server().restart({ keepData: false });
    await expect(following).rejects.toMatchObject({ code: 'OUT_OF_RANGE' });
  });

  it('C7 leaving a subscription ends it on the server', async () => {
    const store = await open();
    for (let round = 0; round < 5; round += 1) {
      for await (const { kind } of store.subscribeToAll({ after: -1n, streamPrefix: freshPrefix() }))
        if (kind === 'caught-up') break;
    }
    await vi.waitFor(async () => expect((await server().inspect()).openSubscriptions).toBe(0));
  });

  it('C7 a slow consumer loses nothing', async () => {
    const store = await open();
    const prefix = freshPrefix();
    const messages = store.subscribeToAll({ after: -1n, streamPrefix: prefix })[Symbol.asyncIterator]();
    const events = [];
    for (let round = 0; round < 10; round += 1) events.push(...(await append(store, prefix, 1_000)));
    const seen: string[] = [];
    while (seen.length < events.length) {
      const { value } = await messages.next();
      if (value?.kind === 'events') seen.push(...idsOf(value.events));
    }
    expect(seen).toEqual(idsOf(events));
    await messages.return?.();
  });
});
