import { openEventStoreDb } from '@integration-settings/adapters/eventstoredb';
import { openMemoryEventStore } from '@integration-settings/adapters/memory';
import {
  type EventStoreDbServer,
  type EventStoreDbServerOptions,
  startEventStoreDbServer,
} from '@integration-settings/adapters/testing/eventstoredb-server';
import type { EventStore } from '@integration-settings/domain';
import { afterEach, describe, expect, it } from 'vitest';
import { withChanges } from '../settings.fixture.ts';
import { copyLog } from './copy-log.ts';

const namespace = 'integrations';

const anEvent = () => ({ id: crypto.randomUUID(), type: 'ProjectRegistered', data: {}, metadata: {} });

const idsOf = async (store: EventStore): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const batch of store.readAll({ streamPrefix: `${namespace}.` })) ids.push(...batch.map(({ id }) => id));
  return ids;
};

/** A log of 300 events, several in each of its streams. */
const source = openMemoryEventStore();
for (let number = 0; number < 300; number += 1) {
  await source.appendToStream(`${namespace}.project-${number % 110}`, [anEvent()], { expectedRevision: 'any' });
}

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

/** A store that has a connection already, so that nothing waits for a first answer. */
const openTarget = async (
  options: EventStoreDbServerOptions = {},
): Promise<{ server: EventStoreDbServer; target: EventStore }> => {
  const server = await startEventStoreDbServer(options);
  opened.push(server);
  const target = await openEventStoreDb({ connectionString: server.connectionString, answerWithinMs: 500 });
  opened.push(target);
  await target.appendToStream('elsewhere-1', [anEvent()], { expectedRevision: 'no_stream' });
  return { server, target };
};

describe('copyLog into EventStoreDB', () => {
  it.each(['notReady', 'busy', 'ignoreAppends', 'loseAcknowledgements', 'breakBatchStreams'] as const)(
    'keeps the order where an append has to be repeated: %s',
    async (fault) => {
      const { server, target } = await openTarget();
      await server.inject({ [fault]: 2 });
      expect(await copyLog(source, target, { namespace })).toEqual({ events: 300, copied: 300 });
      expect(await idsOf(target)).toEqual(await idsOf(source));
    },
  );

  it('keeps the order where the leader is killed on the way', { timeout: 30_000 }, async () => {
    const { server, target } = await openTarget({ nodes: 3, electionMs: 400 });
    const leader = (await server.leader()) ?? 0;
    let appends = 0;
    let killed: Promise<void> | undefined;
    const killing = withChanges(target, {
      appendToStream: (...given) => {
        const appended = target.appendToStream(...given);
        if ((appends += 1) === 50) killed = server.killNode(leader);
        return appended;
      },
    });
    expect(await copyLog(source, killing, { namespace })).toEqual({ events: 300, copied: 300 });
    await killed;
    expect(await server.leader()).not.toBe(leader);
    expect(await idsOf(target)).toEqual(await idsOf(source));
  });
});
