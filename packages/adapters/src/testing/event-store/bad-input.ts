import type {
  EventStore,
  EventToAppend,
  ExpectedRevision,
  ReadAllOptions,
  ReadStreamOptions,
} from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { anEvent, collect, followUntil, freshPrefix } from './helpers.ts';

const badEvents: readonly (readonly [what: string, events: readonly EventToAppend[]])[] = [
  ['no events', []],
  ['an id that is no UUID', [anEvent(), { ...anEvent(), id: 'event-1' }]],
  ['an empty id', [{ ...anEvent(), id: '' }]],
  ['the nil UUID', [{ ...anEvent(), id: '00000000-0000-0000-0000-000000000000' }]],
  ['an empty type', [anEvent(), anEvent({}, '')]],
  ['an ill-formed type', [anEvent({}, '\ud800')]],
  ['data without a JSON text', [{ ...anEvent(), data: undefined }]],
  ['metadata without a JSON text', [{ ...anEvent(), metadata: () => 1 }]],
  ['a bigint in the data', [anEvent({ count: 1n })]],
];

const badRevisions: readonly unknown[] = [-1n, 0, 'latest', undefined];
const noDirection = 'backward' as 'backwards'; // what a caller without types may write
const badStreamReads: readonly ReadStreamOptions[] = [
  { direction: noDirection },
  { from: -1n },
  { maxCount: 0 },
  { maxCount: -1 },
  { maxCount: 1.5 },
];
const badLogReads: readonly ReadAllOptions[] = [
  { direction: noDirection },
  { after: -2n },
  { before: -1n },
  { maxCount: 0 },
  { maxCount: Number.NaN },
  { streamPrefix: '\ud83e' },
];

/** What no store can keep is refused with a `TypeError`, before anything is written. */
export const describeBadInput = (store: () => EventStore): void => {
  describe('bad input', () => {
    it.each(badEvents)('refuses %s', async (_, events) => {
      const stream = `${freshPrefix()}thing-1`;
      await expect(store().appendToStream(stream, events, { expectedRevision: 'any' })).rejects.toThrow(TypeError);
      expect(await collect(store().readStream(stream))).toEqual([]);
    });

    it.each(badRevisions)('refuses the expected revision %s', async (expectedRevision) => {
      const stream = `${freshPrefix()}thing-1`;
      const options = { expectedRevision: expectedRevision as ExpectedRevision };
      await expect(store().appendToStream(stream, [anEvent()], options)).rejects.toThrow(TypeError);
      expect(await collect(store().readStream(stream))).toEqual([]);
    });

    it.each(['', 'thing-\ud800'])('refuses the stream name %j', async (name) => {
      await expect(store().appendToStream(name, [anEvent()], { expectedRevision: 'any' })).rejects.toThrow(TypeError);
      await expect(async () => collect(store().readStream(name))).rejects.toThrow(TypeError);
    });

    it.each(badStreamReads)('refuses to read a stream with %o', async (options) => {
      await expect(async () => collect(store().readStream('thing-1', options))).rejects.toThrow(TypeError);
    });

    it.each(badLogReads)('refuses to read the log with %o', async (options) => {
      await expect(async () => collect(store().readAll(options))).rejects.toThrow(TypeError);
    });

    it.each([{ after: -2n }, { after: -1n, streamPrefix: '\ud83e' }])(
      'refuses to follow the log with %o',
      async (options) => {
        await expect(async () => followUntil(store().subscribeToAll(options))).rejects.toThrow(TypeError);
      },
    );

    it('goes on working after refusals', async () => {
      const stream = `${freshPrefix()}thing-1`;
      await expect(store().appendToStream(stream, [], { expectedRevision: 'any' })).rejects.toThrow(TypeError);
      const { revision } = await store().appendToStream(stream, [anEvent()], { expectedRevision: 'no_stream' });
      expect(revision).toBe(0n);
    });
  });
};
