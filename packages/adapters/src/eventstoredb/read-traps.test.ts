import { describe, expect, it, vi } from 'vitest';
import { anEvent, collect, freshPrefix, idsOf, someEvents } from '../testing/event-store/helpers.ts';
import { faultyServer, realServer } from './test-server.fixture.ts';

const { open, server } = faultyServer();

const givenStream = async (store: Awaited<ReturnType<typeof open>>, count: number) => {
  const prefix = freshPrefix();
  const stream = `${prefix}thing-1`;
  const events = someEvents(count);
  for (let begin = 0; begin < count; begin += 2_000) {
    await store.appendToStream(stream, events.slice(begin, begin + 2_000), {
      expectedRevision: begin === 0 ? 'no_stream' : BigInt(begin - 1),
    });
  }
  return { prefix, stream, events };
};

describe.skipIf(realServer !== undefined)('the traps of reading', () => {
  it('C6 the log has events of the server: they are not handed out', async () => {
    const store = await open();
    await givenStream(store, 1);
    const direction = ['forwards', 'backwards'] as const;
    for (const read of direction.map((way) => store.readAll({ direction: way }))) {
      const log = await collect(read);
      expect(log.length).toBeGreaterThan(0);
      expect(log.filter(({ streamName, type }) => streamName.startsWith('$') || type.startsWith('$'))).toEqual([]);
    }
  });

  it.each(['readStream', 'readAll'] as const)('C6 leaving %s early leaves no call open on the server', async (read) => {
    const store = await open();
    const { prefix, stream } = await givenStream(store, 3_000);
    for (let round = 0; round < 5; round += 1) {
      for await (const batch of read === 'readStream'
        ? store.readStream(stream)
        : store.readAll({ streamPrefix: prefix })) {
        expect(batch.length).toBeGreaterThan(0);
        break;
      }
    }
    await vi.waitFor(async () =>
      expect(await server().inspect()).toMatchObject({ openReads: 0, openSubscriptions: 0 }),
    );
  });

  it('C6 a reader that fails in the middle leaves no call open on the server', async () => {
    const store = await open();
    const { stream } = await givenStream(store, 3_000);
    const failing = async (): Promise<void> => {
      for await (const [event] of store.readStream(stream)) throw new Error(`does not like ${event?.type}`);
    };
    await expect(failing()).rejects.toThrow('does not like SomethingHappened');
    await vi.waitFor(async () => expect((await server().inspect()).openReads).toBe(0));
  });

  it('C6 a stalled read has no deadline: the store has one, and goes on where it was', async () => {
    const store = await open();
    const { stream, events } = await givenStream(store, 6_000);
    const seen: string[] = [];
    const releaseOnRetry = async (): Promise<void> => {
      const { reads } = await server().inspect();
      await vi.waitFor(async () => expect((await server().inspect()).reads).toBeGreaterThan(reads), { timeout: 5_000 });
      await server().inject({ stallReads: false });
    };
    let released: Promise<void> | undefined;
    for await (const batch of store.readStream(stream)) {
      if (seen.length === 0) {
        await server().inject({ stallReads: true });
        released = releaseOnRetry();
      }
      seen.push(...idsOf(batch));
    }
    await released;
    expect(seen).toEqual(idsOf(events));
  });

  it('C6 a read that gets nothing for too long is a typed error', async () => {
    const store = await open({ giveUpAfterMs: 1_000 });
    await server().inject({ stallReads: true });
    await expect(collect(store.readStream('thing-1'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it.each(['readStream', 'readAll'] as const)(
    'C5 a server is killed under %s: the read is complete all the same',
    async (read) => {
      const store = await open();
      const { prefix, stream, events } = await givenStream(store, 6_000);
      const seen: string[] = [];
      for await (const batch of read === 'readStream'
        ? store.readStream(stream)
        : store.readAll({ streamPrefix: prefix })) {
        if (seen.length === 0) await server().restart();
        seen.push(...idsOf(batch));
      }
      expect(seen).toEqual(idsOf(events));
    },
  );

  it('C6 a cancelled call ends like a complete one: a read whose client is given up goes on with the next', async () => {
    const store = await open();
    const { stream, events } = await givenStream(store, 6_000);
    const seen: string[] = [];
    for await (const batch of store.readStream(stream)) {
      if (seen.length === 0) {
        await server().inject({ ignoreAppends: 1 });
        await store.appendToStream(`${stream}-other`, [anEvent()], { expectedRevision: 'no_stream' });
      }
      seen.push(...idsOf(batch));
    }
    expect(seen).toEqual(idsOf(events));
  });

  it('C6 a stream that was soft-deleted reads as missing, and can be begun anew', async () => {
    const store = await open();
    const { stream } = await givenStream(store, 2);
    await server().delete(stream);
    expect(await collect(store.readStream(stream))).toEqual([]);
    const { revision } = await store.appendToStream(stream, [anEvent()], { expectedRevision: 'no_stream' });
    expect(revision).toBe(2n);
  });

  it('C3 what is not JSON, or not as we write it, is handed out as the text it is', async () => {
    const store = await open();
    const prefix = freshPrefix();
    await server().write(`${prefix}thing-1`, { type: 'SomethingHappened', data: '{not json', metadata: '{nor this' });
    await server().write(`${prefix}thing-1`, { type: 'SomethingHappened', data: 'zähe Bytes', json: false });
    await server().write(`${prefix}thing-1`, { type: 'SomethingHappened', data: '7', metadata: '{"at":null}' });
    const read = await collect(store.readAll({ streamPrefix: prefix }));
    expect(read.map(({ data, metadata }) => ({ data, metadata }))).toEqual([
      { data: '{not json', metadata: '{nor this' },
      { data: 'zähe Bytes', metadata: undefined },
      { data: 7, metadata: { at: null } },
    ]);
  });

  it('C6 a tombstone in the log is handed out, for somebody did it to us', async () => {
    const store = await open();
    const { prefix, stream } = await givenStream(store, 1);
    await server().tombstone(stream);
    const log = await collect(store.readAll({ streamPrefix: prefix }));
    expect(log.map(({ type }) => type)).toEqual(['SomethingHappened', '$streamDeleted']);
  });

  it('C5 the leader is elsewhere: a read is asked again there', async () => {
    const store = await open();
    const { stream, events } = await givenStream(store, 3);
    await server().inject({ denyLeadership: 1 });
    expect(idsOf(await collect(store.readStream(stream)))).toEqual(idsOf(events));
  });

  it('D5 a position between two events is not one of the log: what comes after it is found all the same', async () => {
    const store = await open();
    const { prefix } = await givenStream(store, 5);
    const log = await collect(store.readAll({ streamPrefix: prefix }));
    const position = (log[2]?.position ?? 0n) + 1n;
    expect(await collect(store.readAll({ streamPrefix: prefix, after: position }))).toEqual(log.slice(3));
    const backwards = store.readAll({ streamPrefix: prefix, before: position, direction: 'backwards' });
    expect(await collect(backwards)).toEqual(log.slice(0, 3).toReversed());
  });
});
