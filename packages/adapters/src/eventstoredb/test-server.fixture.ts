import type { EventStore } from '@integration-settings/domain';
import { afterAll, afterEach, beforeAll } from 'vitest';
import {
  type EventStoreDbServer,
  type EventStoreDbServerOptions,
  startEventStoreDbServer,
} from '../testing/eventstoredb-server/index.ts';
import { type EventStoreDbSettings, openEventStoreDb } from './index.ts';

/** The real server or cluster that the tests run against, where `EVENTSTOREDB_URL` names one. */
export const realServer = process.env['EVENTSTOREDB_URL'];

/**
 * A server for all tests of a file: the real one where there is one, else a double. It may hold other things.
 *
 * @returns its connection string
 */
export const testServer = (): (() => string) => {
  let server: EventStoreDbServer | undefined;
  beforeAll(async () => {
    if (realServer === undefined) server = await startEventStoreDbServer();
  });
  afterAll(() => server?.close());
  return () => realServer ?? server?.connectionString ?? '';
};

/** A double for all tests of a file, which may do with it what they like, and stores on it that are closed with the test. */
export const faultyServer = (options: EventStoreDbServerOptions = {}) => {
  let server: EventStoreDbServer | undefined;
  const opened: EventStore[] = [];
  const running = (): EventStoreDbServer => {
    if (server === undefined) throw new Error('The server has not been started.');
    return server;
  };
  beforeAll(async () => {
    server = await startEventStoreDbServer(options);
  });
  afterEach(async () => {
    running().thaw();
    await Promise.all(opened.splice(0).map((store) => store.close()));
    await running().recover();
  });
  afterAll(() => server?.close());
  return {
    server: running,
    /** Opens a store that is less patient than one in production. */
    open: async (settings: EventStoreDbSettings = {}, at = running()): Promise<EventStore> => {
      const store = await openEventStoreDb({
        connectionString: at.connectionString,
        answerWithinMs: 500,
        giveUpAfterMs: 10_000,
        signOfLifeMs: 300,
        ...settings,
      });
      opened.push(store);
      return store;
    },
  };
};
