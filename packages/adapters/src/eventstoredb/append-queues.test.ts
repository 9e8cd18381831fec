import type { AppendResult, CurrentRevision } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { AppendQueues } from './append-queues.ts';
import { Patience } from './patience.ts';

/** Queues before a stream that is not there, and one append that is under way until it is told to end. */
const withOneUnderWay = () => {
  const queues = new AppendQueues(async () => 'no_stream');
  const { promise, resolve } = Promise.withResolvers<AppendResult>();
  const started: CurrentRevision[] = [];
  const append = (forMs: number, result?: Promise<AppendResult>, signal?: AbortSignal): Promise<AppendResult> =>
    queues.append('thing-1', 'any', { patience: new Patience(forMs), signal }, (current) => {
      started.push(current);
      return result ?? Promise.resolve({ revision: 8n, position: 8n });
    });
  const first = append(60_000, promise);
  return { append, first, started, end: () => resolve({ revision: 7n, position: 7n }) };
};

describe('appends that wait for another of their stream', () => {
  it('leave when their signal aborts, with its reason, and are not made', async () => {
    const { append, first, started, end } = withOneUnderWay();
    const reason = new Error('no longer wanted');
    const stop = new AbortController();
    const waiting = append(60_000, undefined, stop.signal);
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    end();
    await first;
    expect(started).toEqual(['no_stream']);
  });

  it('wait no longer than they may in all', async () => {
    const { append, started } = withOneUnderWay();
    await expect(append(20)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'EventStoreDB is not available: No answer within 20 ms.',
    });
    expect(started).toEqual(['no_stream']);
  });

  it('keep their place when one before them has left', async () => {
    const { append, first, started, end } = withOneUnderWay();
    const left = append(20);
    const last = append(60_000);
    await expect(left).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(started).toHaveLength(1);
    end();
    expect([await first, await last].map(({ revision }) => revision)).toEqual([7n, 8n]);
    expect(started).toHaveLength(2);
  });
});
