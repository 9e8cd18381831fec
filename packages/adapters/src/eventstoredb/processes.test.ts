import { eventStoreProcessContract } from '../testing/event-store-process-contract.ts';
import { testServer } from './test-server.fixture.ts';

const server = testServer();

eventStoreProcessContract({
  name: 'the EventStoreDB event store',
  module: new URL('./open-by-place.fixture.ts', import.meta.url),
  place: server,
});
