import { ephemeralKeyring } from '@integration-settings/adapters/keyring';
import { openMemoryEventStore } from '@integration-settings/adapters/memory';
import {
  type Catalog,
  type EventStore,
  isIntegrationSettingsError,
  type RecordedEvent,
} from '@integration-settings/domain';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { openIntegrationSettings } from '../open-integration-settings.ts';
import { randomCommand, smallTree } from '../random-commands.fixture.ts';
import { admin, catalog, shared, withChanges } from '../settings.fixture.ts';
import { checkCopy } from './check-copy.ts';
import { copyLog, type CopyProgress } from './copy-log.ts';

const namespace = 'integrations';

/** Executes random commands; those that are refused leave nothing. */
const fill = async (eventStore: EventStore, seed: number, namespace: string): Promise<void> => {
  const settings = await openIntegrationSettings<Catalog>({
    eventStore: shared(eventStore),
    catalog,
    namespace,
    keyring: ephemeralKeyring(),
  });
  for (const command of [...smallTree, ...fc.sample(randomCommand(), { numRuns: 120, seed })]) {
    await settings.execute(command, { actor: admin }).catch((error: unknown) => {
      if (!isIntegrationSettingsError(error)) throw error;
    });
  }
  await settings.close();
};

const logOf = async (store: EventStore, streamPrefix = `${namespace}.`): Promise<readonly RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for await (const batch of store.readAll({ streamPrefix })) events.push(...batch);
  return events;
};

const withoutPositions = (events: readonly RecordedEvent[]): readonly object[] =>
  events.map((event) => ({ ...event, position: undefined }));

/** A log with one event in each of its streams. */
const manyStreams = async (count: number): Promise<EventStore> => {
  const store = openMemoryEventStore();
  for (let number = 0; number < count; number += 1) {
    const event = { id: crypto.randomUUID(), type: 'ProjectRegistered', data: {}, metadata: {} };
    await store.appendToStream(`${namespace}.project-${number}`, [event], { expectedRevision: 'no_stream' });
  }
  return store;
};

/** A store that takes so many appends and then fails. */
const failingAfter = (store: EventStore, appends: number): EventStore => {
  let left = appends;
  return withChanges(store, {
    appendToStream: async (...given) => {
      left -= 1;
      if (left < 0) throw new Error('unplugged');
      return store.appendToStream(...given);
    },
  });
};

let source: EventStore;
let events: readonly RecordedEvent[];
beforeAll(async () => {
  source = openMemoryEventStore();
  await fill(source, 1, 'before');
  await fill(source, 2, namespace);
  await fill(source, 3, 'after');
  events = await logOf(source);
});

describe('copyLog', () => {
  it('copies one namespace, everything and in order, and no other', async () => {
    const target = openMemoryEventStore();
    expect(await copyLog(source, target, { namespace })).toEqual({ events: events.length, copied: events.length });
    expect(withoutPositions(await logOf(target, ''))).toEqual(withoutPositions(events));
  });

  it('goes on wherever it was stopped, and has nothing to do at the end', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 60 }), { maxLength: 3 }), async (stops) => {
        const target = openMemoryEventStore();
        for (const stop of stops)
          await copyLog(source, failingAfter(target, stop), { namespace }).catch(() => undefined);
        const before = (await logOf(target)).length;
        const copied = events.length - before;
        expect(await copyLog(source, target, { namespace })).toEqual({ events: events.length, copied });
        expect(withoutPositions(await logOf(target))).toEqual(withoutPositions(events));
        expect(await copyLog(source, target, { namespace })).toEqual({ events: events.length, copied: 0 });
      }),
      { numRuns: 25 },
    ));

  it('appends the events of one command together', async () => {
    const appended: (readonly string[])[] = [];
    const target = openMemoryEventStore();
    const listening = withChanges(target, {
      appendToStream: (streamName, given, options) => {
        appended.push(given.map(({ id }) => id));
        return target.appendToStream(streamName, given, options);
      },
    });
    await copyLog(source, listening, { namespace });
    const commands = Map.groupBy(events, ({ metadata }) => (metadata as { commandId: string }).commandId);
    expect(appended).toEqual([...commands.values()].map((command) => command.map(({ id }) => id)));
    expect(Math.max(...appended.map((ids) => ids.length))).toBeGreaterThan(1);
  });

  it('refuses a target that holds something else, and leaves it as it is', async () => {
    const other = openMemoryEventStore();
    await fill(other, 4, namespace);
    const before = await logOf(other);
    await expect(copyLog(source, other, { namespace })).rejects.toThrow(
      'The target holds something else: revision 0 of stream "integrations.group-a" stands where the source has another id.',
    );
    expect(await logOf(other)).toEqual(before);
  });

  it('refuses a target that goes further', async () => {
    const target = openMemoryEventStore();
    await copyLog(source, target, { namespace });
    const { streamName, revision, ...event } = events.at(-1)!;
    const another = { ...event, id: crypto.randomUUID() };
    await target.appendToStream(streamName, [another], { expectedRevision: revision });
    await expect(copyLog(source, target, { namespace })).rejects.toThrow(
      `The target holds something else: revision ${revision + 1n} of stream "${streamName}" is not in the source.`,
    );
  });

  it('has one append under way, or as many as it is told', async () => {
    const most = async (options: { readonly appendsAtOnce?: number }): Promise<number> => {
      const target = openMemoryEventStore();
      let [now, most] = [0, 0];
      const counting = withChanges(target, {
        appendToStream: async (...given) => {
          most = Math.max(most, (now += 1));
          return target.appendToStream(...given).finally(() => (now -= 1));
        },
      });
      await copyLog(source, counting, { namespace, ...options });
      return most;
    };
    expect([await most({}), await most({ appendsAtOnce: 7 })]).toEqual([1, 7]);
  });

  it('refuses a target that does not keep the order', async () => {
    const target = openMemoryEventStore();
    let held: (() => void) | undefined;
    const reordering = withChanges(target, {
      appendToStream: async (...given) => {
        if (held === undefined) await new Promise<void>((resolve) => (held = resolve));
        else queueMicrotask(held);
        return target.appendToStream(...given);
      },
    });
    await expect(copyLog(await manyStreams(3), reordering, { namespace, appendsAtOnce: 3 })).rejects.toThrow(
      'The target did not keep the order.',
    );
  });

  it('stops when its signal aborts, and tells how far it has come', async () => {
    const stop = new AbortController();
    const heard: CopyProgress[] = [];
    const long = await manyStreams(1_200);
    const target = openMemoryEventStore();
    const onProgress = (progress: CopyProgress): void => {
      heard.push(progress);
      stop.abort(new Error('enough'));
    };
    const options = { namespace, appendsAtOnce: 500, onProgress, signal: stop.signal };
    await expect(copyLog(long, target, options)).rejects.toThrow('enough');
    expect(heard).toEqual([{ events: 500, position: 499n }]);
    expect(await logOf(target)).toHaveLength(500);
  });
});

describe('checkCopy', () => {
  it('gives the same digest for every copy, and another one for another catalog', async () => {
    const target = openMemoryEventStore();
    const { events: expected } = await copyLog(source, target, { namespace });
    const { chat: _, ...others } = catalog.definitions;
    const checked = await checkCopy(source, target, { namespace, catalog, expected });
    expect(checked).toMatchObject({ events: events.length });
    expect(await checkCopy(target, source, { namespace, catalog, expected })).toEqual(checked);
    const less = await checkCopy(target, source, { namespace, catalog: { ...catalog, definitions: others }, expected });
    expect(less.digest).not.toBe(checked.digest);
  });

  it('names the event that differs, and counts those that are missing', async () => {
    const target = openMemoryEventStore();
    await copyLog(source, target, { namespace });
    const changed = withChanges(target, {
      readAll: async function* (options) {
        for await (const [first, ...rest] of target.readAll(options))
          yield [{ ...first!, type: 'GroupRenamed' }, ...rest];
      },
    });
    const expected = events.length;
    await expect(checkCopy(source, changed, { namespace, catalog, expected })).rejects.toThrow(
      'revision 0 of stream "integrations.group-a" stands where the source has another type.',
    );
    await expect(checkCopy(source, openMemoryEventStore(), { namespace, catalog, expected })).rejects.toThrow(
      `The target has 0 events, expected ${expected}.`,
    );
  });
});
