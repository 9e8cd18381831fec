import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { EventStore } from '@integration-settings/domain';
import { afterEach, describe, expect, it } from 'vitest';
import {
  anEvent,
  collect,
  followUntil,
  freshPrefix,
  gather,
  idsOf,
  someEvents,
} from '../testing/event-store/helpers.ts';
import { openEventStoreDb } from './index.ts';
import { testServer } from './test-server.fixture.ts';

const server = testServer();
const opened: EventStore[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
});

const open = async (): Promise<EventStore> => {
  const store = await openEventStoreDb({ connectionString: server() });
  opened.push(store);
  return store;
};

describe('a server that conforms, real or not', () => {
  it('takes 300 first appends at once from a client that has just connected', async () => {
    const store = await open();
    const prefix = freshPrefix();
    const events = someEvents(300);
    const results = await Promise.all(
      events.map((event, index) =>
        store.appendToStream(`${prefix}thing-${index}`, [event], { expectedRevision: 'no_stream' }),
      ),
    );
    expect(results.map(({ revision }) => revision)).toEqual(events.map(() => 0n));
  });

  it('takes exactly 1 048 576 bytes', async () => {
    const store = await open();
    const stream = `${freshPrefix()}thing-1`;
    const overhead = 2 * 'SomethingHappened'.length + 2 + 2; // the type, the quotes and the metadata
    const event = { ...anEvent('x'.repeat(1_048_576 - overhead)), metadata: {} };
    await store.appendToStream(stream, [event], { expectedRevision: 'no_stream' });
    expect(await collect(store.readStream(stream))).toHaveLength(1);
    const larger = { ...anEvent('x'.repeat(1_048_577 - overhead)), metadata: {} };
    const append = store.appendToStream(stream, [larger], { expectedRevision: 0n });
    await expect(append).rejects.toMatchObject({ code: 'APPEND_TOO_LARGE', size: 1_048_577 });
  });

  it('answers an append that is repeated on the same revision with the first answer, however late', async () => {
    const store = await open();
    const stream = `${freshPrefix()}thing-1`;
    const events = someEvents(3);
    const first = await store.appendToStream(stream, events, { expectedRevision: 'no_stream' });
    await store.appendToStream(stream, someEvents(2), { expectedRevision: 2n });
    expect(await (await open()).appendToStream(stream, events, { expectedRevision: 'no_stream' })).toEqual(first);
  });

  it('catches up where nothing matches, and resumes from what it said', async () => {
    const store = await open();
    const prefix = freshPrefix();
    expect(await followUntil(store.subscribeToAll({ after: -1n, streamPrefix: prefix }))).toEqual([]);
    const events = someEvents(100);
    await store.appendToStream(`${prefix}thing-1`, events, { expectedRevision: 'no_stream' });
    const half = (await followUntil(store.subscribeToAll({ after: -1n, streamPrefix: prefix }), 50)).slice(0, 50);
    const rest = await followUntil(
      store.subscribeToAll({ after: half.at(-1)?.position ?? -1n, streamPrefix: prefix }),
      50,
    );
    expect(idsOf([...half, ...rest])).toEqual(idsOf(events));
  });

  it('refuses a position past the end of the log', async () => {
    const store = await open();
    const { position } = await store.appendToStream(`${freshPrefix()}thing-1`, [anEvent()], {
      expectedRevision: 'any',
    });
    const messages = gather(store.subscribeToAll({ after: position + 1_000_000_000n }));
    await expect(messages).rejects.toMatchObject({ code: 'OUT_OF_RANGE' });
  });

  it('serves two stores of one process, and one goes on when the other is closed in the middle of its appends', async () => {
    const [store, other] = [await open(), await open()];
    const prefix = freshPrefix();
    const appends = [store, other].map((one, index) =>
      someEvents(50).map((event, number) =>
        one.appendToStream(`${prefix}thing-${index}-${number}`, [event], { expectedRevision: 'no_stream' }),
      ),
    );
    await other.close();
    await Promise.all(appends.flat());
    expect(await collect(store.readAll({ streamPrefix: prefix }))).toHaveLength(100);
    const { revision } = await store.appendToStream(`${prefix}thing-0-0`, [anEvent()], { expectedRevision: 0n });
    expect(revision).toBe(1n);
  });

  it('lets a process end once its store is closed', async () => {
    const program = fileURLToPath(new URL('./use-and-close.fixture.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [program, server()], { timeout: 30_000 });
    expect(stdout).toBe('1 event\nclosed\n');
  });
});
