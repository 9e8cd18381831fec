import { describe, expect, it } from 'vitest';
import { encodeEvents } from '../event-store/encoded-event.ts';
import { someEvents } from '../testing/event-store/helpers.ts';
import { appendExactly } from './append.ts';
import type { Client } from './client.ts';
import { Connection } from './connection.ts';
import { fakeClient } from './fake-client.fixture.ts';

const never = new Promise<never>(() => undefined);

const failing = (fields: object): Error => Object.assign(new Error(''), fields);

/** A connection to a server that answers appends one after the other as it is told, each client counted. */
const connectionTo = (answers: readonly (() => Promise<{ revision: bigint; position: bigint }>)[]) => {
  let tries = 0;
  let clients = 0;
  const connect = (): Client => {
    clients += 1;
    return fakeClient({ append: () => answers[tries++]?.() ?? never });
  };
  return { connection: new Connection(connect, 50), tries: () => tries, clients: () => clients };
};

const success = async () => ({ revision: 0n, position: 7n });
const rejecting = (fields: object) => () => Promise.reject(failing(fields));
const silent = () => never;

const append = { streamName: 'thing-1', events: encodeEvents(someEvents(1)), expectedRevision: 'no_stream' } as const;

describe('deciding an append', () => {
  it('takes a denial of a whole call for that of another client, unless it comes again', async () => {
    const denied = rejecting({ type: 'access-denied', code: 7 });
    const once = connectionTo([denied, success]);
    expect(await appendExactly(once.connection, append, 5_000)).toEqual({ revision: 0n, position: 7n });
    const twice = connectionTo([denied, denied]);
    await expect(appendExactly(twice.connection, append, 5_000)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('does not say that nothing was written when a try before the denial may have been', async () => {
    const { connection } = connectionTo([silent, rejecting({ type: 'access-denied' })]);
    await expect(appendExactly(connection, append, 5_000)).rejects.toMatchObject({ code: 'APPEND_OUTCOME_UNKNOWN' });
  });

  it('takes a conflict for one where the stream does not hold its events', async () => {
    const conflict = rejecting({ type: 'wrong-expected-version', actualVersion: 0n });
    const { connection } = connectionTo([silent, conflict]);
    const appended = appendExactly(connection, append, 5_000);
    await expect(appended).rejects.toMatchObject({ code: 'EXPECTED_REVISION_CONFLICT', actual: 0n });
  });

  it.each([
    ['a silent client', silent, 2],
    ['a refusal of the whole call for its size, perhaps of another client', rejecting({ type: 'unknown', code: 8 }), 2],
    ['a reset without a status', rejecting({ type: 'unknown', code: 13 }), 2],
    ['an unavailable server', rejecting({ type: 'unavailable', code: 14 }), 1],
    ['a client that another one disposed', rejecting({ type: 'unknown', code: 1 }), 1],
    ['a time-out of the write', rejecting({ type: 'deadline-exceeded' }), 1],
    ['a node that does not lead', rejecting({ type: 'not-leader', code: 5 }), 1],
  ])('C5 tries again after %s', async (_, answer, clients) => {
    const server = connectionTo([answer, success]);
    expect(await appendExactly(server.connection, append, 5_000)).toEqual({ revision: 0n, position: 7n });
    expect([server.tries(), server.clients()]).toEqual([2, clients]);
  });

  it('counts the signal as long as nothing can have been written, and not after that', async () => {
    const reason = new Error('no longer wanted');
    const stop = new AbortController();
    const unsent = () => {
      stop.abort(reason);
      return Promise.reject(failing({ code: 14, message: 'No connection established' }));
    };
    const aborted = appendExactly(
      connectionTo([unsent, success]).connection,
      { ...append, signal: stop.signal },
      5_000,
    );
    await expect(aborted).rejects.toBe(reason);
    const late = new AbortController();
    const lost = () => {
      late.abort(reason);
      return never;
    };
    const decided = appendExactly(connectionTo([lost, success]).connection, { ...append, signal: late.signal }, 5_000);
    expect(await decided).toEqual({ revision: 0n, position: 7n });
  });
});
