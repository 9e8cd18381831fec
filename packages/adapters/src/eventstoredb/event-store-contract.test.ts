import { eventStoreContract } from '../testing/event-store-contract.ts';
import { openEventStoreDb } from './index.ts';
import { testServer } from './test-server.fixture.ts';

const server = testServer();

eventStoreContract({
  name: 'the EventStoreDB event store',
  open: () => openEventStoreDb({ connectionString: server() }),
  reopen: () => openEventStoreDb({ connectionString: server() }),
});
