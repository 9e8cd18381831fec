import { randomBytes } from 'node:crypto';
import { EventStoreDBClient } from '@eventstore/db-client';
import { openEventStoreDb } from '@integration-settings/adapters/eventstoredb';
import { startEventStoreDbServer } from '@integration-settings/adapters/testing/eventstoredb-server';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { type IntegrationSettings, openIntegrationSettings } from 'integration-settings';

/** A server, the client by itself, and settings on it in a namespace that nothing else is in. */
export interface OnEventStoreDb {
  readonly client: EventStoreDBClient;
  /** What the names of the namespace's streams begin with. */
  readonly streamPrefix: string;
  /** Opens settings on what the namespace holds; the caller closes them. */
  readonly open: () => Promise<IntegrationSettings>;
  readonly close: () => Promise<void>;
}

/** The server that `EVENTSTOREDB_URL` names, or else the test server. */
export const onEventStoreDb = async (): Promise<OnEventStoreDb> => {
  const url = process.env['EVENTSTOREDB_URL'];
  const server = url === undefined ? await startEventStoreDbServer() : undefined;
  const connectionString = url ?? server?.connectionString ?? '';
  const namespace = `bench${randomBytes(8).toString('hex')}`;
  const client = EventStoreDBClient.connectionString(connectionString);
  return {
    client,
    streamPrefix: `${namespace}.`,
    open: async () =>
      openIntegrationSettings({
        eventStore: await openEventStoreDb({ connectionString }),
        catalog: gitlabCatalog,
        namespace,
      }),
    close: async () => {
      await client.dispose();
      await server?.close();
    },
  };
};
