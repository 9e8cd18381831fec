import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { eventStoreProcessContract } from '../testing/event-store-process-contract.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

const folder = temporaryFolder();

eventStoreProcessContract({
  name: 'the SQLite event store',
  module: new URL('./open-by-place.fixture.ts', import.meta.url),
  place: () => join(folder(), `${randomUUID()}.db`),
});
