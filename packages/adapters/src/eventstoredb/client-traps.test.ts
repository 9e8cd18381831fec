import { readdirSync, readFileSync } from 'node:fs';
import type { EventStore, EventToAppend, ExpectedRevision } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { anEvent, collect, freshPrefix, idsOf, someEvents } from '../testing/event-store/helpers.ts';
import type { Client } from './client.ts';
import { Connection } from './connection.ts';
import { EventStoreDb } from './event-store-db.ts';
import { fakeClient, streamOf } from './fake-client.fixture.ts';
import { toRecordedEvent } from './recorded-event.ts';
import { faultyServer, realServer } from './test-server.fixture.ts';

/** A store, and the calls that reach its client. */
const storeOn = (calls: Partial<Client> = {}): { readonly store: EventStore; readonly sent: readonly string[] } => {
  const sent: string[] = [];
  const client = Object.entries(fakeClient(calls)).map(([name, call]) => [
    name,
    (...given: never[]): unknown => {
      sent.push(name);
      return (call as (...given: never[]) => unknown)(...given);
    },
  ]);
  const connection = new Connection(() => Object.fromEntries(client) as Client, 50);
  return {
    store: new EventStoreDb(connection, { giveUpAfterMs: 1_000, signOfLifeMs: 1_000, maxAppendBytes: 1_000 }),
    sent,
  };
};

const cycle: Record<string, unknown> = {};
cycle['cycle'] = cycle;

describe('the traps of the client, which nothing gets to that would step into them', () => {
  it.each<[string, readonly EventToAppend[]]>([
    ['data that is undefined', [{ ...anEvent(), data: undefined }]],
    ['a bigint in the data', [anEvent({ count: 1n })]],
    ['a cycle in the data', [anEvent(cycle)]],
    ['an id that is no UUID', [{ ...anEvent(), id: 'event-1' }]],
    ['the all-zero id', [{ ...anEvent(), id: '00000000-0000-0000-0000-000000000000' }]],
    ['an empty type', [anEvent({}, '')]],
    ['no events', []],
  ])('C3 %s would leave a promise unsettled or the client deaf: the client never sees it', async (_, events) => {
    const { store, sent } = storeOn();
    await expect(store.appendToStream('thing-1', events, { expectedRevision: 'no_stream' })).rejects.toThrow(TypeError);
    expect(sent).toEqual([]);
  });

  it.each<[unknown]>([[-1n], [0], ['latest']])(
    'C3 the expected revision %s breaks the client or counts as any: it never sees it',
    async (expected) => {
      const { store, sent } = storeOn();
      const expectedRevision = expected as ExpectedRevision;
      await expect(store.appendToStream('thing-1', someEvents(1), { expectedRevision })).rejects.toThrow(TypeError);
      expect(sent).toEqual([]);
    },
  );

  it.each(['', 'thing-\ud800'])(
    'C12 the name %j would be refused or become another one: the client never sees it',
    async (name) => {
      const { store, sent } = storeOn();
      await expect(store.appendToStream(name, someEvents(1), { expectedRevision: 'no_stream' })).rejects.toThrow(
        TypeError,
      );
      await expect(collect(store.readStream(name))).rejects.toThrow(TypeError);
      expect(sent).toEqual([]);
    },
  );

  it('C6 reading nothing never ends, and a negative revision throws at once: the client sees neither', async () => {
    const { store, sent } = storeOn();
    for (const options of [{ maxCount: 0 }, { from: -1n }])
      await expect(collect(store.readStream('thing-1', options))).rejects.toThrow(TypeError);
    await expect(collect(store.readAll({ maxCount: 0 }))).rejects.toThrow(TypeError);
    expect(sent).toEqual([]);
  });

  it('C6 a link whose target is gone has no event: it is named, not passed over', () => {
    expect(() => toRecordedEvent({ link: undefined, event: undefined } as never)).toThrow('gave a link');
  });

  it('C2 a disposed client can still be used: a closed store does not use it', async () => {
    const { store, sent } = storeOn();
    await store.close();
    const closed = { code: 'CLOSED' };
    await expect(store.appendToStream('thing-1', someEvents(1), { expectedRevision: 'any' })).rejects.toMatchObject(
      closed,
    );
    await expect(collect(store.readAll())).rejects.toMatchObject(closed);
    expect(sent).toEqual(['dispose']);
  });

  it('C4 a conflict may be with an earlier try of the same append: what stands in the stream decides', async () => {
    const [first, second] = someEvents(2);
    const recorded = [first, second].map((event, revision) => ({
      event: { ...event, streamId: 'thing-1', revision: BigInt(revision), position: { commit: BigInt(revision) } },
    }));
    const conflict = Object.assign(new Error(''), { type: 'wrong-expected-version', actualVersion: 1n });
    const { store } = storeOn({
      append: () => Promise.reject(conflict),
      readStream: (_, { from, maxCount }) => streamOf(recorded.slice(Number(from), Number(from) + (maxCount ?? 2))),
    });
    const append = (events: readonly EventToAppend[]) =>
      store.appendToStream('thing-1', events, { expectedRevision: 'no_stream' });
    expect(await append([first!, second!])).toEqual({ revision: 1n, position: 1n });
    await expect(append([second!, first!])).rejects.toMatchObject({ code: 'EXPECTED_REVISION_CONFLICT', actual: 1n });
  });

  it('C9 the successor has other names for the same: one file knows the client', () => {
    const files = readdirSync(import.meta.dirname).filter((name) => !/\.(test|fixture)\.ts$/.test(name));
    const knowing = files.filter((name) =>
      readFileSync(`${import.meta.dirname}/${name}`, 'utf8').includes("from '@eventstore/db-client'"),
    );
    expect(knowing).toEqual(['client.ts']);
  });
});

describe.skipIf(realServer !== undefined)('the threads about the client', () => {
  const { open, server } = faultyServer();

  it.each([[false], [true]])(
    'C8 #304 and #167, many appends at once on a fresh connection, also without batch append (%s), are all answered',
    async (withoutBatchAppend) => {
      await server().inject({ withoutBatchAppend });
      const [store, prefix, events] = [await open(), freshPrefix(), someEvents(300)];
      await Promise.all(
        events.map((event, index) =>
          store.appendToStream(`${prefix}thing-${index}`, [event], { expectedRevision: 'no_stream' }),
        ),
      );
      const log = await collect(store.readAll({ streamPrefix: prefix }));
      expect(idsOf(log).toSorted()).toEqual(idsOf(events).toSorted());
    },
  );
});
