import type { EventStore } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { anEvent, collect, freshPrefix, idsOf } from './helpers.ts';

const values: readonly unknown[] = [
  null,
  true,
  0,
  -1.5,
  1e21,
  Number.MAX_SAFE_INTEGER,
  '',
  'Zoë said "hi"\n\t\0\\',
  '🦊 \u{10ffff} \u2028 é e\u0301',
  [],
  [[[null]], {}],
  {},
  JSON.parse('{ "__proto__": { "polluted": true }, "constructor": 1, "toString": null, "": 2, "2": 3, "1": 4 }'),
];

const names = [
  'thing-1',
  'thing-a/b',
  'thing-a%2Fb',
  "thing-'; DROP TABLE events; --",
  'thing-__proto__',
  'thing- with blanks ',
  'thing-🦊',
  `thing-${'🦊'.repeat(255)}/jira`,
  'thing-é',
  'thing-e\u0301',
];

/** What goes in comes out, whatever it is, and nobody who holds it can change what is stored. */
export const describePayloads = (store: () => EventStore): void => {
  describe('payloads', () => {
    it('keeps every JSON value as data and as metadata', async () => {
      const stream = `${freshPrefix()}thing-1`;
      const events = values.flatMap((value) => [
        { ...anEvent(value), metadata: {} },
        { ...anEvent({ value }), metadata: { value } },
      ]);
      await store().appendToStream(stream, events, { expectedRevision: 'no_stream' });
      const read = await collect(store().readStream(stream));
      expect(read.map(({ id, type, data, metadata }) => ({ id, type, data, metadata }))).toEqual(events);
      expect(read.map(({ data }) => JSON.stringify(data))).toEqual(events.map(({ data }) => JSON.stringify(data)));
    });

    it.each(names)('keeps the stream name %j', async (name) => {
      const streamName = freshPrefix() + name;
      const event = anEvent();
      await store().appendToStream(streamName, [event], { expectedRevision: 'no_stream' });
      const expected = [expect.objectContaining({ ...event, streamName })];
      expect(await collect(store().readStream(streamName))).toEqual(expected);
      expect(await collect(store().readAll({ streamPrefix: streamName }))).toEqual(expected);
    });

    it('keeps types of any text', async () => {
      const stream = `${freshPrefix()}thing-1`;
      const types = ['A', 'with blanks', 'Grün🦊', '__proto__'];
      await store().appendToStream(
        stream,
        types.map((type) => anEvent({}, type)),
        { expectedRevision: 'any' },
      );
      expect((await collect(store().readStream(stream))).map(({ type }) => type)).toEqual(types);
    });

    it('keeps an append of 500 KiB', async () => {
      const stream = `${freshPrefix()}thing-1`;
      const events = Array.from({ length: 8 }, (_, number) => anEvent({ number, text: 'ö'.repeat(31 * 1024) }));
      await store().appendToStream(stream, events, { expectedRevision: 'no_stream' });
      const read = await collect(store().readStream(stream));
      expect(idsOf(read)).toEqual(idsOf(events));
      expect(read.map(({ data }) => data)).toEqual(events.map(({ data }) => data));
    });

    it('gives ids back in lower case', async () => {
      const stream = `${freshPrefix()}thing-1`;
      const event = anEvent();
      await store().appendToStream(stream, [{ ...event, id: event.id.toUpperCase() }], { expectedRevision: 'any' });
      expect(idsOf(await collect(store().readStream(stream)))).toEqual([event.id]);
    });

    it('stores what the event was when it was handed over', async () => {
      const stream = `${freshPrefix()}thing-1`;
      const data = { colour: 'green', more: [1] };
      const events = [anEvent(data)];
      const append = store().appendToStream(stream, events, { expectedRevision: 'any' });
      data.colour = 'red';
      data.more.push(2);
      events.pop();
      await append;
      expect((await collect(store().readStream(stream))).map((event) => event.data)).toEqual([
        { colour: 'green', more: [1] },
      ]);
    });

    it('is not changed by what somebody does to an event that was read', async () => {
      const stream = `${freshPrefix()}thing-1`;
      await store().appendToStream(stream, [anEvent({ colour: 'green' })], { expectedRevision: 'any' });
      const [event] = await collect(store().readStream(stream));
      Reflect.set(event?.data as object, 'colour', 'red');
      expect((await collect(store().readStream(stream))).map(({ data }) => data)).toEqual([{ colour: 'green' }]);
    });
  });
};
