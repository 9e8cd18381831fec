import type { EventStore, RecordedEvent } from '@integration-settings/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Acknowledgement, EventStoreModule } from './event-store/append-process.ts';
import { runChild } from './event-store/child-process.ts';
import { collect, followUntil, freshPrefix, idsOf } from './event-store/helpers.ts';

export interface EventStoreProcessContract {
  /** Names the suite; `'event store'` if absent. */
  readonly name?: string;
  /** The URL of an ES module that Node can run as it is; it exports `openEventStore(place: string): Promise<EventStore>`. */
  readonly module: string | URL;
  /** Makes a place for a store, for each test: a path, a connection string, whatever `openEventStore` takes. */
  readonly place: () => Promise<string> | string;
}

/**
 * Declares the tests that a store shared by processes passes, as a suite of vitest: two processes that append to the same
 * streams, one that follows another, and one that is killed in the middle of its work, again and again.
 *
 * The child processes run on the Node that runs the tests.
 */
export const eventStoreProcessContract = (contract: EventStoreProcessContract): void => {
  const module = String(contract.module);
  const open = async (place: string): Promise<EventStore> =>
    ((await import(module)) as EventStoreModule).openEventStore(place);

  describe(`${contract.name ?? 'event store'} is shared by processes`, () => {
    let place: string;
    let store: EventStore;
    beforeEach(async () => {
      place = await contract.place();
      store = await open(place);
    });
    afterEach(() => store.close());

    it('writes each append of two processes once, on the revision it expected', async () => {
      const prefix = freshPrefix();
      const streams = ['a', 'b', 'c'].map((id) => `${prefix}thing-${id}`);
      const following = followUntil(store.subscribeToAll({ after: -1n, streamPrefix: prefix }), 2 * 75);
      const job = { kind: 'chains', streams, appends: 50 } as const;
      const acknowledged = await Promise.all(
        ['one', 'other'].map((writer) => runChild({ module, place, writer, job })),
      );
      const log = await collect(store.readAll({ streamPrefix: prefix }));
      expectAcknowledged(log, acknowledged.flat());
      expect(idsOf(log).toSorted()).toEqual(
        acknowledged
          .flat()
          .flatMap(({ ids }) => ids)
          .toSorted(),
      );
      expectChains(log);
      expect(await following).toEqual(log);
    });

    it('keeps what a killed process was answered, and nothing by halves', async () => {
      const prefix = freshPrefix();
      const streams = Array.from({ length: 8 }, (_, index) => `${prefix}thing-${index}`);
      const acknowledged: Acknowledgement[] = [];
      // When a process dies differs from run to run; how long it lives is fixed.
      for (const [index, killAfter] of [1, 7, 40, 150, 333].entries()) {
        const job = { kind: 'endless', streams, events: 3 } as const;
        await store.close(); // so that nobody who lives on tidies up after the process that dies
        acknowledged.push(...(await runChild({ module, place, writer: `writer ${index}`, job }, killAfter)));
        store = await open(place);
        const log = await collect(store.readAll({ streamPrefix: prefix }));
        expectAcknowledged(log, acknowledged);
        for (const stream of streams) {
          const events = await collect(store.readStream(stream));
          expect(events.map(({ revision }) => revision)).toEqual(events.map((_, place) => BigInt(place)));
          expect(events.length % 3).toBe(0);
        }
      }
    });
  });
};

/** Each acknowledged append is there once, at the revisions that were answered. */
const expectAcknowledged = (log: readonly RecordedEvent[], acknowledged: readonly Acknowledgement[]): void => {
  const placeOf = new Map(log.map(({ id, streamName, revision }) => [id, `${streamName} ${revision}`]));
  expect(placeOf.size).toBe(log.length);
  for (const { stream, ids, revision } of acknowledged) {
    const first = BigInt(revision) - BigInt(ids.length - 1);
    expect(ids.map((id) => placeOf.get(id))).toEqual(ids.map((_, index) => `${stream} ${first + BigInt(index)}`));
  }
};

/** No update was lost: an event that names its predecessor follows it. */
const expectChains = (log: readonly RecordedEvent[]): void => {
  const lastOf = new Map<string, string>();
  for (const { streamName, id, data } of log) {
    const { after } = data as { after?: string | null };
    if (after !== undefined) expect(after).toBe(lastOf.get(streamName) ?? null);
    lastOf.set(streamName, id);
  }
};
