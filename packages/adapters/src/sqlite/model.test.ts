import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { EventStore, ExpectedRevision } from '@integration-settings/domain';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openMemoryEventStore } from '../memory/index.ts';
import { collect, followUntil } from '../testing/event-store/helpers.ts';
import { openSqliteEventStore } from './index.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

interface Real {
  readonly file: string;
  store: EventStore;
}
type Step = fc.AsyncCommand<EventStore, Real>;

/** Does the same with both stores, which have to give the same answer or refuse in the same way. */
const sameOf = (name: string, action: (store: EventStore) => Promise<unknown>): Step => ({
  check: () => true,
  run: async (model, real) => {
    const [expected, actual] = await Promise.all([answerOf(action(model)), answerOf(action(real.store))]);
    expect(actual).toEqual(expected);
  },
  toString: () => name,
});

const answerOf = async (result: Promise<unknown>): Promise<unknown> => {
  try {
    return { answer: await result };
  } catch (error) {
    const { name, code, actual, message } = error as Error & { code?: unknown; actual?: unknown };
    return { name, code, actual, message };
  }
};

// Few streams, ids and revisions, so that conflicts and repeats are common.
const stream = fc.constantFrom('a.thing-1', 'a.thing-1/x', 'a.thing-2', 'b.thing-1');
const prefix = fc.constantFrom('', 'a.', 'a.thing-1', 'b.', 'c.');
const revision = fc.bigInt({ min: 0n, max: 6n });
const expectedRevision = fc.oneof(fc.constantFrom<ExpectedRevision>('any', 'no_stream', 'stream_exists'), revision);
const event = fc
  .record({
    number: fc.integer({ min: 1, max: 5 }),
    data: fc.jsonValue({ noUnicodeString: false, depthSize: 'small' }),
  })
  .map(({ number, data }) => ({
    id: `26c51fa0-4d19-4633-a99d-00000000000${number}`,
    type: 'T',
    data,
    metadata: { data },
  }));
const append = fc.record({ stream, events: fc.array(event, { maxLength: 3 }), expectedRevision });
const direction = fc.constantFrom('forwards' as const, 'backwards' as const);
const maxCount = fc.integer({ min: 0, max: 5 });
const position = fc.bigInt({ min: -1n, max: 25n });
const some = { requiredKeys: [] };

const appends = fc
  .array(append, { minLength: 1, maxLength: 4 })
  .map((together) =>
    sameOf(`append ${fc.stringify(together)}`, (store) =>
      Promise.all(
        together.map(({ stream, events, expectedRevision }) =>
          answerOf(store.appendToStream(stream, events, { expectedRevision })),
        ),
      ),
    ),
  );
const streamRead = fc
  .tuple(stream, fc.record({ from: revision, direction, maxCount }, some))
  .map(([name, options]) =>
    sameOf(`read ${name} ${fc.stringify(options)}`, (store) => collect(store.readStream(name, options))),
  );
const logRead = fc
  .record({ after: position, before: position, direction, maxCount, streamPrefix: prefix }, some)
  .map((options) => sameOf(`read the log ${fc.stringify(options)}`, (store) => collect(store.readAll(options))));
const subscription = fc
  .record({ after: position, streamPrefix: prefix })
  .map((options) => sameOf(`follow ${fc.stringify(options)}`, (store) => followUntil(store.subscribeToAll(options))));
const reopening = fc.constant<Step>({
  check: () => true,
  run: async (_, real) => {
    await real.store.close();
    real.store = await openSqliteEventStore({ file: real.file });
  },
  toString: () => 'reopen',
});

const folder = temporaryFolder();

it('answers like the memory store, whatever is asked in whatever order', async () => {
  const steps = fc.commands([appends, appends, streamRead, logRead, subscription, reopening], { maxCommands: 40 });
  await fc.assert(
    fc.asyncProperty(steps, async (commands) => {
      const file = join(folder(), `${randomUUID()}.db`);
      const real: Real = { file, store: await openSqliteEventStore({ file }) };
      try {
        await fc.asyncModelRun(() => ({ model: openMemoryEventStore(), real }), commands);
      } finally {
        await real.store.close();
      }
    }),
    { numRuns: 150 },
  );
});
