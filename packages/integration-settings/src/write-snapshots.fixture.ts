// A program: opens settings with snapshots in a folder, registers projects the first time, changes a default, and closes. Prints `executed`,
// then `page` after each page of the last snapshot that was handed over, then `closed`.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { openFileSnapshotStore } from '@integration-settings/adapters/snapshots';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import { defineCatalog, registerProject, setInstanceDefault, type SnapshotStore } from '@integration-settings/domain';
import { openIntegrationSettings } from 'integration-settings';

const folder = process.argv[2]!;
const store = await openFileSnapshotStore({ folder: join(folder, 'snapshots') });
const write = store.write.bind(store);
const telling: SnapshotStore['write'] = (header, pages, options) =>
  write(
    header,
    (async function* () {
      for await (const page of pages) {
        yield page;
        writeSync(1, 'page\n');
      }
    })(),
    options,
  );
const settings = await openIntegrationSettings({
  eventStore: await openSqliteEventStore({ file: join(folder, 'events.db'), synchronous: 'normal' }),
  catalog: defineCatalog({ chat: { fields: { channel: { type: 'string', required: true } } } }),
  snapshots: Object.assign(store, { write: telling }),
});
const options = { actor: { id: 'admin', administers: ['instance'] } } as const;
const isFirst = settings.position === -1n;
if (isFirst) {
  for (let index = 0; index < 100; index += 1)
    await settings.execute(registerProject(`p${index}`, { group: null }), options);
}
await settings.execute(setInstanceDefault('chat', { channel: `run ${isFirst ? 1 : 2}` }), options);
writeSync(1, 'executed\n');
await settings.close();
writeSync(1, 'closed\n');
