import { join } from 'node:path';
import { eventStoreContract } from '../testing/event-store-contract.ts';
import { openSqliteEventStore } from './index.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

const folder = temporaryFolder();
let count = 0;
const open = () => openSqliteEventStore({ file: join(folder(), `${count}.db`) });

eventStoreContract({
  name: 'the SQLite event store',
  open: () => {
    count += 1;
    return open();
  },
  reopen: open,
});
