import { afterAll, beforeAll } from 'vitest';
import { type EventStoreDbServer, startEventStoreDbServer } from '../testing/eventstoredb-server/index.ts';

/** The real server or cluster that the tests run against, where `EVENTSTOREDB_URL` names one. */
export const realServer = process.env['EVENTSTOREDB_URL'];

/** A server for all tests of a file: a real one where there is one, else a double. It may hold other things. @returns its connection string */
export const testServer = (): (() => string) => {
  let server: EventStoreDbServer | undefined;
  beforeAll(async () => {
    if (realServer === undefined) server = await startEventStoreDbServer();
  });
  afterAll(() => server?.close());
  return () => realServer ?? server?.connectionString ?? '';
};
