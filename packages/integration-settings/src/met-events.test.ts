import type { RecordedEvent } from '@integration-settings/domain';
import { beforeEach, expect, it } from 'vitest';
import { MetEvents } from './met-events.ts';

const event = (position: number, streamName = `stream-${position}`): RecordedEvent => ({
  id: String(position),
  type: 'Happened',
  data: {},
  metadata: {},
  streamName,
  revision: 0n,
  position: BigInt(position),
});

let met: MetEvents;
beforeEach(() => {
  met = new MetEvents();
});

it('finds the events of an append by the position of its last one, asked for in any order', () => {
  met.begin();
  const events = [event(3), event(5, 'a'), event(6, 'a'), event(7, 'a'), event(9)];
  for (const one of events) met.add(one);
  expect(met.find(3n, 'stream-3', 1)).toEqual([events[0]]);
  expect(met.find(7n, 'a', 3)).toEqual(events.slice(1, 4));
  expect(met.find(9n, 'stream-9', 1)).toEqual([events[4]]);
  expect(met.find(6n, 'a', 2)).toEqual(events.slice(1, 3));
  expect(met.find(3n, 'stream-3', 1)).toEqual([events[0]]);
});

it('finds nothing where some of it has not been met', () => {
  met.begin();
  met.add(event(3, 'b'));
  met.add(event(4, 'a'));
  expect(met.find(2n, 'a', 1)).toBeUndefined();
  expect(met.find(5n, 'a', 1)).toBeUndefined();
  expect(met.find(4n, 'a', 2)).toBeUndefined();
  expect(met.find(4n, 'a', 3)).toBeUndefined();
});

it('keeps events only while somebody waits for some, and no more than a bounded number', () => {
  met.add(event(0));
  expect(met.find(0n, 'stream-0', 1)).toBeUndefined();
  met.begin();
  met.begin();
  for (let position = 0; position < 10_000; position += 1) met.add(event(position));
  expect(met.find(0n, 'stream-0', 1)).toBeUndefined();
  expect(met.find(9_999n, 'stream-9999', 1)).toBeDefined();
  expect(met.find(5_904n, 'stream-5904', 1)).toBeDefined();
  met.end();
  expect(met.find(9_999n, 'stream-9999', 1)).toBeDefined();
  met.end();
  expect(met.find(9_999n, 'stream-9999', 1)).toBeUndefined();
});
