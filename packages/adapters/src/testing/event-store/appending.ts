import type { EventStore, ExpectedRevision } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { anEvent, collect, freshPrefix, idsOf, someEvents } from './helpers.ts';

const conflict = (actual: bigint | 'no_stream') => ({ code: 'EXPECTED_REVISION_CONFLICT', actual });

/** Expected revisions, all or nothing, writers at once, and repeats. */
export const describeAppending = (store: () => EventStore): void => {
  describe('appending', () => {
    it('answers where the last event stands', async () => {
      const stream = `${freshPrefix()}thing-1`;
      const first = await store().appendToStream(stream, someEvents(3), { expectedRevision: 'no_stream' });
      const second = await store().appendToStream(stream, someEvents(1), { expectedRevision: 2n });
      expect([first.revision, second.revision]).toEqual([2n, 3n]);
      expect(second.position).toBeGreaterThan(first.position);
      const events = await collect(store().readStream(stream));
      expect([events[2]?.position, events[3]?.position]).toEqual([first.position, second.position]);
    });

    it.each<[ExpectedRevision]>([['any'], ['no_stream']])(
      'accepts %s for a stream that is not there',
      async (expectedRevision) => {
        const stream = `${freshPrefix()}thing-1`;
        const { revision } = await store().appendToStream(stream, someEvents(1), { expectedRevision });
        expect(revision).toBe(0n);
      },
    );

    it.each<[ExpectedRevision]>([['stream_exists'], [0n], [7n]])(
      'refuses %s for a stream that is not there',
      async (expectedRevision) => {
        const stream = `${freshPrefix()}thing-1`;
        const append = store().appendToStream(stream, someEvents(1), { expectedRevision });
        await expect(append).rejects.toMatchObject({
          ...conflict('no_stream'),
          streamName: stream,
          expected: expectedRevision,
        });
        expect(await collect(store().readStream(stream))).toEqual([]);
      },
    );

    it.each<[ExpectedRevision]>([['any'], ['stream_exists'], [1n]])(
      'accepts %s for a stream at revision 1',
      async (expectedRevision) => {
        const stream = `${freshPrefix()}thing-1`;
        await store().appendToStream(stream, someEvents(2), { expectedRevision: 'no_stream' });
        const { revision } = await store().appendToStream(stream, someEvents(1), { expectedRevision });
        expect(revision).toBe(2n);
      },
    );

    it.each<[ExpectedRevision]>([['no_stream'], [0n], [2n], [2n ** 70n]])(
      'refuses %s for a stream at revision 1',
      async (expectedRevision) => {
        const stream = `${freshPrefix()}thing-1`;
        await store().appendToStream(stream, someEvents(2), { expectedRevision: 'no_stream' });
        const append = store().appendToStream(stream, someEvents(3), { expectedRevision });
        await expect(append).rejects.toMatchObject({ ...conflict(1n), streamName: stream, expected: expectedRevision });
        expect(await collect(store().readStream(stream))).toHaveLength(2);
      },
    );

    it('lets one of several writers win, and tells the others where the stream stands', async () => {
      const stream = `${freshPrefix()}thing-1`;
      const writers = Array.from({ length: 8 }, () =>
        store().appendToStream(stream, someEvents(2), { expectedRevision: 'no_stream' }),
      );
      const outcomes = await Promise.allSettled(writers);
      const losers = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(losers.map(({ reason }: PromiseRejectedResult): unknown => reason)).toEqual(
        Array.from({ length: 7 }, () => expect.objectContaining(conflict(1n))),
      );
      expect(await collect(store().readStream(stream))).toHaveLength(2);
    });

    it('keeps streams apart', async () => {
      const prefix = freshPrefix();
      const names = ['thing-1', 'thing-10', 'thing-1/a', 'Thing-1'].map((name) => prefix + name);
      await Promise.all(
        names.map((name) => store().appendToStream(name, [anEvent({ name })], { expectedRevision: 'no_stream' })),
      );
      for (const name of names) {
        const events = await collect(store().readStream(name));
        expect(events.map(({ streamName, revision, data }) => ({ streamName, revision, data }))).toEqual([
          { streamName: name, revision: 0n, data: { name } },
        ]);
      }
    });

    it('accepts appends to one stream that build on each other before any was answered', async () => {
      const stream = `${freshPrefix()}thing-1`;
      const events = someEvents(200);
      const results = await Promise.all(
        events.map((event, index) =>
          store().appendToStream(stream, [event], { expectedRevision: index === 0 ? 'no_stream' : BigInt(index - 1) }),
        ),
      );
      expect(results.map(({ revision }) => revision)).toEqual(events.map((_, index) => BigInt(index)));
      expect(idsOf(await collect(store().readStream(stream)))).toEqual(idsOf(events));
    });

    it('writes many appends to many streams at once, each exactly once', async () => {
      const prefix = freshPrefix();
      const events = someEvents(1_500);
      const results = await Promise.all(
        events.map((event, index) =>
          store().appendToStream(`${prefix}thing-${index % 70}`, [event], { expectedRevision: 'any' }),
        ),
      );
      const log = await collect(store().readAll({ streamPrefix: prefix }));
      expect(idsOf(log).toSorted()).toEqual(idsOf(events).toSorted());
      const positionOf = new Map(log.map(({ id, position }) => [id, position]));
      expect(results.map(({ position }) => position)).toEqual(events.map(({ id }) => positionOf.get(id)));
    });

    it('writes what is asked for in one turn in the order in which it was asked for, over all streams', async () => {
      const prefix = freshPrefix();
      const events = someEvents(600);
      const results = await Promise.all(
        events.map((event, index) =>
          store().appendToStream(`${prefix}thing-${(index * 7) % 600}`, [event], { expectedRevision: 'no_stream' }),
        ),
      );
      const log = await collect(store().readAll({ streamPrefix: prefix }));
      expect(idsOf(log)).toEqual(idsOf(events));
      expect(results.map(({ position }) => position)).toEqual(log.map(({ position }) => position));
    });

    it('refuses one append without harm to those beside it', async () => {
      const prefix = freshPrefix();
      const outcomes = await Promise.allSettled([
        store().appendToStream(`${prefix}thing-1`, someEvents(1), { expectedRevision: 'no_stream' }),
        store().appendToStream(`${prefix}thing-2`, someEvents(2), { expectedRevision: 5n }),
        store().appendToStream(`${prefix}thing-3`, someEvents(1), { expectedRevision: 'no_stream' }),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      const log = await collect(store().readAll({ streamPrefix: prefix }));
      expect(log.map(({ streamName }) => streamName).toSorted()).toEqual([`${prefix}thing-1`, `${prefix}thing-3`]);
    });

    it('throws the reason of a signal that is aborted already, and writes nothing', async () => {
      const stream = `${freshPrefix()}thing-1`;
      const reason = new Error('no longer wanted');
      const append = store().appendToStream(stream, someEvents(1), {
        expectedRevision: 'any',
        signal: AbortSignal.abort(reason),
      });
      await expect(append).rejects.toBe(reason);
      expect(await collect(store().readStream(stream))).toEqual([]);
    });
  });

  describe('repeating an append with the same ids and the same exact expectation', () => {
    it.each<[ExpectedRevision]>([['no_stream'], [1n]])(
      'gives the first answer again for %s, and writes nothing',
      async (expectedRevision) => {
        const stream = `${freshPrefix()}thing-1`;
        if (expectedRevision !== 'no_stream')
          await store().appendToStream(stream, someEvents(2), { expectedRevision: 'no_stream' });
        const events = someEvents(3);
        const first = await store().appendToStream(stream, events, { expectedRevision });
        await store().appendToStream(stream, someEvents(1), { expectedRevision: first.revision });
        const before = await collect(store().readStream(stream));
        const upperCase = events.map((event) => ({ ...event, id: event.id.toUpperCase() }));
        expect(await store().appendToStream(stream, events, { expectedRevision })).toEqual(first);
        expect(await store().appendToStream(stream, upperCase, { expectedRevision })).toEqual(first);
        expect(await collect(store().readStream(stream))).toEqual(before);
      },
    );

    it('is a conflict where another event stands first, in between, or where the stream is shorter', async () => {
      const stream = `${freshPrefix()}thing-1`;
      const [one, two, three] = [anEvent(), anEvent(), anEvent()];
      await store().appendToStream(stream, [one, two], { expectedRevision: 'no_stream' });
      for (const events of [
        [three, two],
        [one, three],
        [two, one],
        [one, two, three],
      ]) {
        const repeat = store().appendToStream(stream, events, { expectedRevision: 'no_stream' });
        await expect(repeat).rejects.toMatchObject(conflict(1n));
      }
      const shifted = store().appendToStream(stream, [one], { expectedRevision: 0n });
      await expect(shifted).rejects.toMatchObject(conflict(1n));
      expect(await collect(store().readStream(stream))).toHaveLength(2);
    });
  });
};
