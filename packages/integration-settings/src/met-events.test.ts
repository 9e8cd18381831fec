import type { RecordedEvent } from '@integration-settings/domain';
import { beforeEach, expect, it } from 'vitest';
import { MetEvents } from './met-events.ts';
import { keyOf } from './serial-queue.ts';

const event = (position: number, streamName = `stream-${position}`, commandId = 'one'): RecordedEvent => ({
  id: String(position),
  type: 'Happened',
  data: {},
  metadata: { commandId },
  streamName,
  revision: 0n,
  position: BigInt(position),
});

let met: MetEvents;
beforeEach(() => {
  met = new MetEvents();
});

it('finds the events of an append by the position of its last one, asked for in any order', () => {
  met.expect(keyOf('one'));
  const events = [event(3), event(5, 'a'), event(6, 'a'), event(7, 'a'), event(9)];
  for (const one of events) met.add(one);
  expect(met.find(3n, 'stream-3', 1)).toEqual([events[0]]);
  expect(met.find(7n, 'a', 3)).toEqual(events.slice(1, 4));
  expect(met.find(9n, 'stream-9', 1)).toEqual([events[4]]);
  expect(met.find(6n, 'a', 2)).toEqual(events.slice(1, 3));
  expect(met.find(3n, 'stream-3', 1)).toEqual([events[0]]);
});

it('finds nothing where some of it has not been met', () => {
  met.expect(keyOf('one'));
  met.add(event(3, 'b'));
  met.add(event(4, 'a'));
  expect(met.find(2n, 'a', 1)).toBeUndefined();
  expect(met.find(5n, 'a', 1)).toBeUndefined();
  expect(met.find(4n, 'a', 2)).toBeUndefined();
  expect(met.find(4n, 'a', 3)).toBeUndefined();
});

it('keeps the events of a command only while somebody waits for it', () => {
  met.add(event(0));
  met.expect(keyOf('one'));
  met.expect(keyOf('one'));
  expect(met.find(0n, 'stream-0', 1)).toBeUndefined();
  met.add(event(1));
  expect(met.find(1n, 'stream-1', 1)).toBeDefined();
  met.forget(keyOf('one'));
  expect(met.find(1n, 'stream-1', 1)).toBeDefined();
  met.forget(keyOf('one'));
  expect(met.find(1n, 'stream-1', 1)).toBeUndefined();
});

it.each([undefined, null, 'text', 7, {}, { commandId: 7 }, { commandId: 'another' }])(
  'keeps few events that nobody waits for beside the others, here those with the metadata %j',
  (metadata) => {
    met.expect(keyOf('one'));
    const own = [1, 500, 999];
    for (let position = 0; position < 1_000; position += 1)
      met.add(own.includes(position) ? event(position) : { ...event(position), metadata });
    const found = Array.from({ length: 1_000 }, (_, position) => position).filter(
      (position) => met.find(BigInt(position), `stream-${position}`, 1) !== undefined,
    );
    expect(found).toEqual(expect.arrayContaining(own));
    expect(found.length).toBeLessThan(100);
  },
);

it('asks seldom what somebody waits for, also where commands have many events', () => {
  met.expect(keyOf('one'));
  let asked = 0;
  const counted = (position: number): RecordedEvent => {
    const recorded = event(position);
    return Object.defineProperty(recorded, 'metadata', {
      get: () => {
        asked += 1;
        return { commandId: 'one' };
      },
    });
  };
  for (let position = 0; position < 10_000; position += 1) met.add(counted(position));
  expect(asked).toBeLessThan(30_000);
  expect(met.find(9_999n, 'stream-9999', 1)).toBeDefined();
});

it('lets go of what has ended while others are never done', () => {
  met.expect(keyOf('endless'));
  const first = event(0, 'a', 'endless');
  met.add(first);
  for (let position = 1; position < 1_000; position += 1) {
    const commandId = `command-${position}`;
    met.expect(keyOf(commandId));
    met.add(event(position, 'b', commandId));
    met.forget(keyOf(commandId));
  }
  const kept = Array.from({ length: 1_000 }, (_, position) => met.find(BigInt(position), 'b', 1));
  expect(kept.filter((found) => found !== undefined).length).toBeLessThan(100);
  expect(met.find(0n, 'a', 1)).toEqual([first]);
});
