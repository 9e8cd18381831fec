import { describe, expect, it, vi } from 'vitest';
import { anEvent, collect, freshPrefix, idsOf, someEvents } from '../testing/event-store/helpers.ts';
import { AppendTooLarge } from './index.ts';
import { faultyServer, realServer } from './test-server.fixture.ts';

const { open, server } = faultyServer();
const second = faultyServer();

/** Everything that went wrong once went right in the end: the events stand there once, in order. */
const expectOnce = async (
  store: Awaited<ReturnType<typeof open>>,
  stream: string,
  events: readonly { readonly id: string }[],
) => {
  expect(idsOf(await collect(store.readStream(stream)))).toEqual(idsOf(events));
};

describe.skipIf(realServer !== undefined)('the traps of appending', () => {
  it('C3 the first append after a connect is overtaken: those behind it wait for it', async () => {
    const prefix = freshPrefix();
    const store = await open();
    const events = someEvents(1_000);
    const results = await Promise.all(
      events.map((event, index) =>
        store.appendToStream(`${prefix}thing-1`, [event], {
          expectedRevision: index === 0 ? 'no_stream' : BigInt(index - 1),
        }),
      ),
    );
    expect(results.map(({ revision }) => revision)).toEqual(events.map((_, index) => BigInt(index)));
  });

  it('C3 appends that build on each other keep their order when they are repeated', async () => {
    const prefix = freshPrefix();
    const store = await open();
    const events = someEvents(100);
    await server().inject({ ignoreAppends: 1 });
    const appends = events.map((event, index) =>
      store.appendToStream(`${prefix}thing-1`, [event], {
        expectedRevision: index === 0 ? 'no_stream' : BigInt(index - 1),
      }),
    );
    await appends[0];
    await server().inject({ loseAcknowledgements: 1 });
    expect((await Promise.all(appends)).map(({ revision }) => revision)).toEqual(
      events.map((_, index) => BigInt(index)),
    );
    await expectOnce(store, `${prefix}thing-1`, events);
  });

  it('C3 a refused append makes the client deaf: the next ones are answered, also after the second answer', async () => {
    const prefix = freshPrefix();
    const store = await open();
    await store.appendToStream(`${prefix}thing-1`, [anEvent()], { expectedRevision: 'no_stream' });
    await server().inject({ refuseAppends: 1 });
    const refused = store.appendToStream(`${prefix}thing-2`, [anEvent()], { expectedRevision: 'no_stream' });
    await expect(refused).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await store.appendToStream(`${prefix}thing-3`, [anEvent()], { expectedRevision: 'no_stream' });
    const answeredTwice = async () => (await server().inspect()).secondAnswers;
    await vi.waitFor(async () => expect(await answeredTwice()).toBe(1), { timeout: 5_000 });
    const { revision } = await store.appendToStream(`${prefix}thing-3`, [anEvent()], { expectedRevision: 0n });
    expect(revision).toBe(1n);
  });

  it('C3 the name $$ is a bad request, and a fault of the caller', async () => {
    const store = await open();
    const append = store.appendToStream('$$', [anEvent()], { expectedRevision: 'no_stream' });
    await expect(append).rejects.toThrow(TypeError);
    await expect(collect(store.readStream('$$'))).rejects.toThrow(TypeError);
  });

  it('C3 a conflict comes without a message: the error says where the stream stands', async () => {
    const prefix = freshPrefix();
    const store = await open();
    await store.appendToStream(`${prefix}thing-1`, someEvents(3), { expectedRevision: 'no_stream' });
    const conflict = store.appendToStream(`${prefix}thing-1`, [anEvent()], { expectedRevision: 0n });
    await expect(conflict).rejects.toMatchObject({
      code: 'EXPECTED_REVISION_CONFLICT',
      actual: 2n,
      message: `Stream "${prefix}thing-1" is at 2, expected 0.`,
    });
  });

  it('C3 the size limit: what is too large is not sent, and the server has the last word', async () => {
    const prefix = freshPrefix();
    const store = await open({ maxAppendBytes: 2_000_000 });
    const withSize = (size: number) => ({
      ...anEvent('x'.repeat(size - 2 * 'SomethingHappened'.length - 4)),
      metadata: {},
    });
    await store.appendToStream(`${prefix}thing-1`, [withSize(1_048_576)], { expectedRevision: 'no_stream' });
    const byServer = store.appendToStream(`${prefix}thing-2`, [withSize(1_048_577)], { expectedRevision: 'no_stream' });
    await expect(byServer).rejects.toMatchObject({
      code: 'APPEND_TOO_LARGE',
      streamName: `${prefix}thing-2`,
      size: 1_048_577,
    });
    const { batchAppends } = await server().inspect();
    await expect(
      store.appendToStream(`${prefix}thing-2`, [withSize(2_000_001)], { expectedRevision: 'any' }),
    ).rejects.toThrow(AppendTooLarge);
    expect((await server().inspect()).batchAppends).toBe(batchAppends);
  });

  it('C3 the answer to a repeat may have no position: it is read', async () => {
    const prefix = freshPrefix();
    const store = await open();
    await server().inject({ hidePositions: 1 });
    const { revision, position } = await store.appendToStream(`${prefix}thing-1`, someEvents(2), {
      expectedRevision: 'no_stream',
    });
    const read = await collect(store.readStream(`${prefix}thing-1`));
    expect([revision, position]).toEqual([1n, read[1]?.position]);
  });

  it('C4 a lost acknowledgement: the append is repeated and stands there once', async () => {
    const prefix = freshPrefix();
    const store = await open();
    const events = someEvents(3);
    await server().inject({ loseAcknowledgements: 1 });
    const { revision } = await store.appendToStream(`${prefix}thing-1`, events, { expectedRevision: 'no_stream' });
    expect(revision).toBe(2n);
    await expectOnce(store, `${prefix}thing-1`, events);
  });

  it('C4 the server forgets recent ids when it restarts: an append with any is repeated as an exact one', async () => {
    const prefix = freshPrefix();
    const store = await open();
    const [before, event] = [anEvent(), anEvent()];
    await store.appendToStream(`${prefix}thing-1`, [before], { expectedRevision: 'any' });
    await server().inject({ loseAcknowledgements: 1 });
    const { batchAppends } = await server().inspect();
    const append = store.appendToStream(`${prefix}thing-1`, [event], { expectedRevision: 'any' });
    await vi.waitFor(async () => expect((await server().inspect()).batchAppends).toBeGreaterThan(batchAppends));
    await server().restart();
    expect((await append).revision).toBe(1n);
    await expectOnce(store, `${prefix}thing-1`, [before, event]);
  });

  it('C4 a repeat that overlaps its first try times out: that is not an answer', async () => {
    const prefix = freshPrefix();
    const store = await open();
    const events = someEvents(2);
    await server().inject({ delayAppendsMs: 800 });
    const append = store.appendToStream(`${prefix}thing-1`, events, { expectedRevision: 'no_stream' });
    expect((await append).revision).toBe(1n);
    await expectOnce(store, `${prefix}thing-1`, events);
  });

  it('C4 a time-out may mean written: the append is repeated and stands there once', async () => {
    const prefix = freshPrefix();
    const store = await open();
    const event = anEvent();
    await server().inject({ timeOutAppends: 2 });
    await store.appendToStream(`${prefix}thing-1`, [event], { expectedRevision: 'no_stream' });
    await expectOnce(store, `${prefix}thing-1`, [event]);
  });

  it('C5 a server that is down fails an append with a raw error: nothing was written', async () => {
    const prefix = freshPrefix();
    const store = await open({ giveUpAfterMs: 500 });
    await server().kill();
    const append = store.appendToStream(`${prefix}thing-1`, [anEvent()], { expectedRevision: 'no_stream' });
    await expect(append).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('C5 a server is killed under pending appends and comes back: each is answered and stands there once', async () => {
    const prefix = freshPrefix();
    const store = await open();
    await server().inject({ delayAppendsMs: 100 });
    const { batchAppends } = await server().inspect();
    const events = someEvents(200);
    const appends = events.map((event, index) =>
      store.appendToStream(`${prefix}thing-${index}`, [event], { expectedRevision: 'no_stream' }),
    );
    const arrived = async () => (await server().inspect()).batchAppends - batchAppends;
    await vi.waitFor(async () => expect(await arrived()).toBeGreaterThan(50), { interval: 10 });
    await server().restart();
    expect((await Promise.all(appends)).map(({ revision }) => revision)).toEqual(events.map(() => 0n));
    expect(idsOf(await collect(store.readAll({ streamPrefix: `${prefix}thing-` }))).toSorted()).toEqual(
      idsOf(events).toSorted(),
    );
  });

  it('C5 the batch stream ends cleanly: what was pending on it would wait for ever', async () => {
    const prefix = freshPrefix();
    const store = await open();
    const events = someEvents(2);
    await store.appendToStream(`${prefix}thing-1`, events.slice(0, 1), { expectedRevision: 'no_stream' });
    await server().inject({ endBatchStreams: 1 });
    await store.appendToStream(`${prefix}thing-1`, events.slice(1), { expectedRevision: 0n });
    await expectOnce(store, `${prefix}thing-1`, events);
  });

  it('C5 the batch stream breaks: the append is repeated and stands there once', async () => {
    const prefix = freshPrefix();
    const store = await open();
    const event = anEvent();
    await server().inject({ breakBatchStreams: 1 });
    await store.appendToStream(`${prefix}thing-1`, [event], { expectedRevision: 'no_stream' });
    await expectOnce(store, `${prefix}thing-1`, [event]);
  });

  it('C5 a server accepts and never answers: the store has timers of its own', async () => {
    const prefix = freshPrefix();
    const store = await open();
    const event = anEvent();
    await server().inject({ ignoreAppends: 2 });
    await store.appendToStream(`${prefix}thing-1`, [event], { expectedRevision: 'no_stream' });
    await expectOnce(store, `${prefix}thing-1`, [event]);
  });

  it('C5 an append that begins while the server is frozen waits no longer than it may, and can be repeated', async () => {
    const prefix = freshPrefix();
    const store = await open({ giveUpAfterMs: 1_000 });
    const event = anEvent();
    server().freeze();
    const append = store.appendToStream(`${prefix}thing-1`, [event], { expectedRevision: 'no_stream' });
    await expect(append).rejects.toMatchObject({ code: 'APPEND_OUTCOME_UNKNOWN', streamName: `${prefix}thing-1` });
    server().thaw();
    await store.appendToStream(`${prefix}thing-1`, [event], { expectedRevision: 'no_stream' });
    await expectOnce(store, `${prefix}thing-1`, [event]);
  });

  it('C5 a signal that aborts while nothing can have been written yet ends the append with its reason', async () => {
    const stream = `${freshPrefix()}thing-1`;
    const store = await open();
    server().freeze();
    const reason = new Error('no longer wanted');
    const stop = new AbortController();
    const appends = (['any', 'stream_exists', 'any', 2n ** 63n] as const).map((expectedRevision) =>
      store.appendToStream(stream, [anEvent()], { expectedRevision, signal: stop.signal }),
    );
    stop.abort(reason);
    expect(await Promise.allSettled(appends)).toEqual(appends.map(() => ({ status: 'rejected', reason })));
    server().thaw();
    expect(await collect(store.readStream(stream))).toEqual([]);
  });

  // One after the other they would take as many times as long.
  it('C5 appends that begin while the server is frozen give up together', { timeout: 15_000 }, async () => {
    const prefix = freshPrefix();
    const store = await open({ giveUpAfterMs: 1_000 });
    server().freeze();
    const appends = someEvents(64).map((event, index) =>
      store.appendToStream(`${prefix}thing-${index}`, [event], { expectedRevision: 'no_stream' }),
    );
    const outcomes = await Promise.allSettled(appends);
    const codes = outcomes.map((outcome) =>
      outcome.status === 'rejected' ? (outcome.reason as { code: unknown }).code : 'none',
    );
    expect(new Set(codes)).toEqual(new Set(['APPEND_OUTCOME_UNKNOWN', 'STORE_UNAVAILABLE']));
  });

  it('C5 an error on the stream of another client of the process rejects appends here: they are repeated', async () => {
    const prefix = freshPrefix();
    const [store, other] = [await open(), await open({}, second.server())];
    for (const one of [store, other]) {
      await one.appendToStream(`${prefix}warm-1`, [anEvent()], { expectedRevision: 'no_stream' });
    }
    await server().inject({ delayAppendsMs: 300 });
    const { batchAppends } = await server().inspect();
    const events = someEvents(50);
    const appends = events.map((event, index) =>
      store.appendToStream(`${prefix}thing-${index}`, [event], { expectedRevision: 'no_stream' }),
    );
    await vi.waitFor(async () => expect((await server().inspect()).batchAppends).toBe(batchAppends + 50));
    await second.server().inject({ breakBatchStreams: 1 });
    await other.appendToStream(`${prefix}thing-1`, [anEvent()], { expectedRevision: 'no_stream' });
    expect((await Promise.all(appends)).map(({ revision }) => revision)).toEqual(events.map(() => 0n));
    const written = idsOf(await collect(store.readAll({ streamPrefix: `${prefix}thing-` })));
    expect(written.toSorted()).toEqual(idsOf(events).toSorted());
    await server().inject({ delayAppendsMs: 0 });
    await store.appendToStream(`${prefix}warm-1`, [anEvent()], { expectedRevision: 0n });
  });

  it.each(['notReady', 'busy'] as const)('C5 %s has a type that says nothing: it is tried again', async (fault) => {
    const prefix = freshPrefix();
    const store = await open();
    await server().inject({ [fault]: 3 });
    const { revision } = await store.appendToStream(`${prefix}thing-1`, [anEvent()], { expectedRevision: 'no_stream' });
    expect(revision).toBe(0n);
  });

  it('C5 access that is denied is a typed error at once', async () => {
    const prefix = freshPrefix();
    const store = await open();
    await server().inject({ denyAppends: 1 });
    const append = store.appendToStream(`${prefix}thing-1`, [anEvent()], { expectedRevision: 'no_stream' });
    await expect(append).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('refused access'),
    });
  });

  it('C1 a server without batch append is served by the classic one', async () => {
    const prefix = freshPrefix();
    await server().inject({ withoutBatchAppend: true });
    const before = await server().inspect();
    const store = await open({ answerWithinMs: 2_000 });
    await store.appendToStream(`${prefix}thing-1`, someEvents(2), { expectedRevision: 'no_stream' });
    const conflict = store.appendToStream(`${prefix}thing-1`, [anEvent()], { expectedRevision: 'no_stream' });
    await expect(conflict).rejects.toMatchObject({ code: 'EXPECTED_REVISION_CONFLICT', actual: 1n });
    const after = await server().inspect();
    expect([after.batchAppends, after.classicAppends]).toEqual([before.batchAppends, before.classicAppends + 2]);
  });

  it('C4 a tombstoned stream takes nothing more, and is named', async () => {
    const prefix = freshPrefix();
    const store = await open();
    await store.appendToStream(`${prefix}thing-1`, [anEvent()], { expectedRevision: 'no_stream' });
    await server().tombstone(`${prefix}thing-1`);
    const corrupted = { code: 'STORE_CORRUPTED', message: `The stream "${prefix}thing-1" was deleted.` };
    await expect(store.appendToStream(`${prefix}thing-1`, [anEvent()], { expectedRevision: 0n })).rejects.toMatchObject(
      corrupted,
    );
    await expect(collect(store.readStream(`${prefix}thing-1`))).rejects.toMatchObject(corrupted);
  });
});
