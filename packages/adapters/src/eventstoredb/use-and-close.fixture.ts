// Run as a process: uses a store in every way, closes it, and has nothing more to do.
import { randomUUID } from 'node:crypto';
import { openEventStoreDb } from './index.ts';

const store = await openEventStoreDb({ connectionString: process.argv[2] ?? '' });
const stream = `contract${randomUUID()}.thing-1`;
const event = { id: randomUUID(), type: 'SomethingHappened', data: {}, metadata: {} };
const following = (async () => {
  for await (const { kind } of store.subscribeToAll({ after: -1n, streamPrefix: stream }))
    if (kind === 'events') return;
})();
await store.appendToStream(stream, [event], { expectedRevision: 'no_stream' });
await following;
for await (const batch of store.readStream(stream)) process.stdout.write(`${batch.length} event\n`);
const left = store.subscribeToAll({ after: -1n, streamPrefix: stream })[Symbol.asyncIterator]();
await left.next();
await store.close();
process.stdout.write('closed\n');
