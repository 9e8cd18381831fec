import { StoreUnavailable, type RecordedEvent, type SubscriptionMessage } from '@integration-settings/domain';
import { expect, it } from 'vitest';
import { follow, type FollowedLog } from './follow.ts';

const eventAt = (position: bigint): RecordedEvent => ({
  id: '26c51fa0-4d19-4633-a99d-000000000001',
  type: 'SomethingHappened',
  data: {},
  metadata: {},
  streamName: 'a.thing-1',
  revision: position,
  position,
});

/** A log of the prefix `a.` with events at some positions; the head may lie behind them. */
const aLog = (positions: readonly bigint[], head: bigint, changes: Partial<FollowedLog> = {}): FollowedLog => ({
  head: async () => head,
  read: async function* ({ after = -1n, before = head + 1n }) {
    for (const position of positions) if (position > after && position < before) yield [eventAt(position)];
  },
  changed: (_, stopped) => aborted(stopped),
  retry: async () => {},
  ...changes,
});

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const open = new AbortController().signal;
const options = { after: -1n, streamPrefix: 'a.' };

const summaryOf = (message: SubscriptionMessage): unknown => {
  if (message.kind === 'events') return message.events.map(({ position }) => position);
  return message.kind === 'checkpoint' ? { upTo: message.position } : message.kind;
};

/** What is said until it has caught up as often. */
const until = async (times: number, log: FollowedLog): Promise<readonly unknown[]> => {
  const said: unknown[] = [];
  for await (const message of follow(log, options, open)) {
    said.push(summaryOf(message));
    if (said.filter((kind) => kind === 'caught-up').length === times) break;
  }
  return said;
};

it('says up to where there is nothing more of the prefix', async () => {
  expect(await until(1, aLog([2n, 5n], 9n))).toEqual([[2n], [5n], { upTo: 9n }, 'caught-up']);
});

it('says no checkpoint where the last event is one of the prefix', async () => {
  expect(await until(1, aLog([2n, 5n], 5n))).toEqual([[2n], [5n], 'caught-up']);
});

it('goes on behind the checkpoint when the head moves', async () => {
  let head = 9n;
  const log = aLog([2n, 12n], 9n, {
    head: async () => head,
    changed: async () => {
      head = 12n;
    },
  });
  expect(await until(2, log)).toEqual([[2n], { upTo: 9n }, 'caught-up', [12n], 'caught-up']);
});

it('reports an unavailable store and goes on behind the last event when it is back', async () => {
  let failures = 2;
  const log = aLog([2n, 5n], 5n, {
    read: async function* ({ after = -1n }) {
      if (after < 2n) yield [eventAt(2n)];
      failures -= 1;
      if (failures >= 0) throw new StoreUnavailable('The disk is away.');
      yield [eventAt(5n)];
    },
  });
  expect(await until(1, log)).toEqual([[2n], 'disconnected', 'disconnected', [5n], 'caught-up']);
});

it('ends with any other error', async () => {
  const fault = new Error('A fault of ours.');
  const log = aLog([], 0n, { head: () => Promise.reject(fault) });
  await expect(until(1, log)).rejects.toBe(fault);
});

it('ends without an error when it is stopped while the store is unavailable', async () => {
  const stop = new AbortController();
  const log = aLog([], 0n, {
    head: () => Promise.reject(new StoreUnavailable('The disk is away.')),
    retry: (stopped) => aborted(stopped),
  });
  const said: unknown[] = [];
  for await (const message of follow(log, { ...options, signal: stop.signal }, open)) {
    said.push(summaryOf(message));
    queueMicrotask(() => stop.abort());
  }
  expect(said).toEqual(['disconnected']);
});
