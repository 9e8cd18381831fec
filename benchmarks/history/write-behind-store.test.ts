import { randomUUID } from 'node:crypto';
import { openMemoryEventStore } from '@integration-settings/adapters/memory';
import { type EventStore, type RecordedEvent, StoreUnavailable } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { WriteBehindStore } from './write-behind-store.ts';

const stream = 'integrations.project-1';
const event = (name: string) => ({ id: randomUUID(), type: 'ProjectRenamed', data: { name }, metadata: {} });
const collected = async (batches: AsyncIterable<readonly RecordedEvent[]>): Promise<readonly RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for await (const batch of batches) events.push(...batch);
  return events;
};

describe('a store that writes behind', () => {
  it('answers as the other store will, and has it all there before anybody reads or closes', async () => {
    const inner = openMemoryEventStore();
    const store = new WriteBehindStore({ ...bound(inner), close: async () => undefined });
    const events = Array.from({ length: 2_500 }, (_, index) => event(`${index}`));
    let revision: bigint | undefined;
    for (const [at, each] of events.entries()) {
      const result = await store.appendToStream(stream, [each], { expectedRevision: revision ?? 'no_stream' });
      expect(result).toEqual({ revision: BigInt(at), position: BigInt(at) });
      ({ revision } = result);
    }
    expect((await collected(inner.readAll())).length).toBeLessThan(2_500);
    const read = await collected(store.readStream(stream));
    expect(read.map(({ id, position }) => [id, position])).toEqual(events.map(({ id }, at) => [id, BigInt(at)]));
    await store.appendToStream(stream, [event('a'), event('b')], { expectedRevision: 2_499n });
    await store.close();
    expect(await collected(inner.readAll())).toHaveLength(2_502);
  });

  it('hands over what is appended, in order, until it is told to stop', async () => {
    const store = new WriteBehindStore(openMemoryEventStore());
    const stop = new AbortController();
    const names: unknown[] = [];
    const following = (async () => {
      for await (const { events } of store.subscribeToAll({ after: -1n, signal: stop.signal })) {
        names.push(...events.map(({ data }) => (data as { readonly name: string }).name));
        if (names.length === 3) stop.abort();
      }
    })();
    await store.appendToStream(stream, [event('a')], { expectedRevision: 'no_stream' });
    await store.appendToStream(stream, [event('b'), event('c')], { expectedRevision: 0n });
    await following;
    expect(names).toEqual(['a', 'b', 'c']);
  });

  it('throws at the end what went wrong, a revision that was not so among it', async () => {
    const failing = {
      ...bound(openMemoryEventStore()),
      appendToStream: () => Promise.reject(new StoreUnavailable('Full.')),
    };
    const full = new WriteBehindStore(failing);
    await full.appendToStream(stream, [event('a')], { expectedRevision: 'no_stream' });
    await expect(full.close()).rejects.toThrow('Full.');
    const store = new WriteBehindStore(openMemoryEventStore());
    await store.appendToStream(stream, [event('a')], { expectedRevision: 7n });
    await expect(store.close()).rejects.toMatchObject({ code: 'EXPECTED_REVISION_CONFLICT' });
  });

  it('refuses an append that it cannot answer by itself', async () => {
    const store = new WriteBehindStore(openMemoryEventStore());
    await expect(store.appendToStream(stream, [event('a')], { expectedRevision: 'any' })).rejects.toThrow(TypeError);
  });
});

const bound = (store: EventStore): EventStore => ({
  appendToStream: (...given) => store.appendToStream(...given),
  readStream: (...given) => store.readStream(...given),
  readAll: (...given) => store.readAll(...given),
  subscribeToAll: (...given) => store.subscribeToAll(...given),
  close: () => store.close(),
});
