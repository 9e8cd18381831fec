import type { EventStore, ReadAllOptions, ReadStreamOptions } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { anEvent, collect, freshPrefix, idsOf, someEvents } from './helpers.ts';

/** Streams and the log, from anywhere, in both directions, in batches. */
export const describeReading = (store: () => EventStore): void => {
  describe('reading a stream', () => {
    const read = async (stream: string, options?: ReadStreamOptions) =>
      (await collect(store().readStream(stream, options))).map(({ revision }) => revision);

    it('finds nothing where there is no stream', async () => {
      const stream = `${freshPrefix()}thing-1`;
      expect(await read(stream)).toEqual([]);
      expect(await read(stream, { direction: 'backwards' })).toEqual([]);
    });

    it('begins at a revision, itself included, and goes either way', async () => {
      const stream = `${freshPrefix()}thing-1`;
      await store().appendToStream(stream, someEvents(5), { expectedRevision: 'no_stream' });
      expect(await read(stream)).toEqual([0n, 1n, 2n, 3n, 4n]);
      expect(await read(stream, { from: 3n })).toEqual([3n, 4n]);
      expect(await read(stream, { from: 1n, maxCount: 2 })).toEqual([1n, 2n]);
      expect(await read(stream, { from: 5n })).toEqual([]);
      expect(await read(stream, { from: 2n ** 63n })).toEqual([]);
      expect(await read(stream, { direction: 'backwards' })).toEqual([4n, 3n, 2n, 1n, 0n]);
      expect(await read(stream, { direction: 'backwards', maxCount: 1 })).toEqual([4n]);
      expect(await read(stream, { direction: 'backwards', from: 1n })).toEqual([1n, 0n]);
      expect(await read(stream, { direction: 'backwards', from: 0n })).toEqual([0n]);
      expect(await read(stream, { direction: 'backwards', from: 99n })).toEqual([4n, 3n, 2n, 1n, 0n]);
    });

    it('gives a long stream completely and in order, whatever its batches', async () => {
      const stream = `${freshPrefix()}thing-1`;
      const events = someEvents(2_500);
      for (let begin = 0; begin < events.length; begin += 500) {
        await store().appendToStream(stream, events.slice(begin, begin + 500), { expectedRevision: 'any' });
      }
      expect(idsOf(await collect(store().readStream(stream)))).toEqual(idsOf(events));
      expect(idsOf(await collect(store().readStream(stream, { direction: 'backwards' })))).toEqual(
        idsOf(events).toReversed(),
      );
      expect(await read(stream, { from: 400n, maxCount: 1_500 })).toEqual(
        Array.from({ length: 1_500 }, (_, index) => BigInt(400 + index)),
      );
    });

    it('throws the reason of an aborted signal', async () => {
      const stream = `${freshPrefix()}thing-1`;
      const reason = new Error('no longer wanted');
      await expect(collect(store().readStream(stream, { signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    });

    it('can be left early', async () => {
      const stream = `${freshPrefix()}thing-1`;
      await store().appendToStream(stream, someEvents(5), { expectedRevision: 'no_stream' });
      for await (const batch of store().readStream(stream)) {
        expect(batch[0]?.revision).toBe(0n);
        break;
      }
      expect(await read(stream)).toHaveLength(5);
    });
  });

  describe('reading the log', () => {
    const givenFour = async () => {
      const prefix = freshPrefix();
      const events = someEvents(4);
      for (const [index, event] of events.entries()) {
        await store().appendToStream(`${prefix}thing-${index % 2}`, [event], { expectedRevision: 'any' });
      }
      const log = await collect(store().readAll({ streamPrefix: prefix }));
      expect(idsOf(log)).toEqual(idsOf(events));
      const at = (index: number): bigint => log[index]?.position ?? expect.fail(`no event ${index}`);
      const read = async (options: ReadAllOptions) =>
        idsOf(await collect(store().readAll({ streamPrefix: prefix, ...options }))).map((id) =>
          idsOf(events).indexOf(id),
        );
      return { prefix, at, read };
    };

    it('orders the events of all streams as they were written, by growing positions', async () => {
      const { prefix } = await givenFour();
      const log = await collect(store().readAll({ streamPrefix: prefix }));
      const positions = log.map(({ position }) => position);
      expect(positions.toSorted((one, other) => (one < other ? -1 : 1))).toEqual(positions);
      expect(new Set(positions).size).toBe(4);
      expect(log.map(({ streamName, revision }) => [streamName, revision])).toEqual([
        [`${prefix}thing-0`, 0n],
        [`${prefix}thing-1`, 0n],
        [`${prefix}thing-0`, 1n],
        [`${prefix}thing-1`, 1n],
      ]);
    });

    it('goes on after a position and stops before another, neither included', async () => {
      const { at, read } = await givenFour();
      expect(await read({ after: -1n })).toEqual([0, 1, 2, 3]);
      expect(await read({ after: at(0) })).toEqual([1, 2, 3]);
      expect(await read({ after: at(0), maxCount: 2 })).toEqual([1, 2]);
      expect(await read({ before: at(2) })).toEqual([0, 1]);
      expect(await read({ after: at(0), before: at(3) })).toEqual([1, 2]);
      expect(await read({ after: at(3) })).toEqual([]);
      expect(await read({ after: at(2), before: at(1) })).toEqual([]);
      expect(await read({ before: 2n ** 63n })).toEqual([0, 1, 2, 3]);
    });

    it('goes backwards between the same bounds', async () => {
      const { at, read } = await givenFour();
      expect(await read({ direction: 'backwards' })).toEqual([3, 2, 1, 0]);
      expect(await read({ direction: 'backwards', before: at(3) })).toEqual([2, 1, 0]);
      expect(await read({ direction: 'backwards', after: at(0), before: at(3) })).toEqual([2, 1]);
      expect(await read({ direction: 'backwards', maxCount: 1 })).toEqual([3]);
    });

    it('can be left and resumed at every position without a loss or a repeat', async () => {
      const { at, read } = await givenFour();
      for (const index of [0, 1, 2, 3]) {
        const one = await read({ before: at(index) + 1n });
        const other = await read({ after: at(index) });
        expect([...one, ...other]).toEqual([0, 1, 2, 3]);
      }
    });

    it('takes a prefix literally', async () => {
      const prefix = freshPrefix();
      const names = ['a_c-1', 'abc-1', 'a%c-1', 'A_C-1', 'a_c', 'a_', 'a_c🦊-1', 'a_c\u{10ffff}-1'];
      for (const name of names) await store().appendToStream(prefix + name, [anEvent()], { expectedRevision: 'any' });
      for (const wanted of ['', 'a', 'a_', 'a_c', 'a_c-', 'a%', 'a_c🦊', 'a_c\u{10ffff}', 'zzz']) {
        const found = await collect(store().readAll({ streamPrefix: prefix + wanted }));
        expect(found.map(({ streamName }) => streamName)).toEqual(
          names.filter((name) => name.startsWith(wanted)).map((name) => prefix + name),
        );
      }
    });

    it('gives a prefix of many streams completely and in order, between the events of others', async () => {
      const [prefix, other] = [freshPrefix(), freshPrefix()];
      const events = someEvents(1_200);
      await Promise.all(
        events.flatMap((event, index) => [
          store().appendToStream(`${prefix}thing-${index % 400}`, [event], { expectedRevision: 'any' }),
          store().appendToStream(`${other}thing-1`, [anEvent()], { expectedRevision: 'any' }),
        ]),
      );
      const forwards = await collect(store().readAll({ streamPrefix: prefix }));
      const backwards = await collect(store().readAll({ streamPrefix: prefix, direction: 'backwards' }));
      expect(idsOf(forwards).toSorted()).toEqual(idsOf(events).toSorted());
      expect(backwards).toEqual(forwards.toReversed());
      expect(await collect(store().readAll({ streamPrefix: prefix, maxCount: 1_100 }))).toEqual(
        forwards.slice(0, 1_100),
      );
    });

    it('throws the reason of an aborted signal', async () => {
      const reason = new Error('no longer wanted');
      await expect(collect(store().readAll({ signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    });
  });
};
