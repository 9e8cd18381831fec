// Brings the SQL read model beside a store up to date, and asks it where an integration is on. FILE INTEGRATION
import { DatabaseSync } from 'node:sqlite';
import { openSqliteEventStore, sqliteReadModel } from '@integration-settings/adapters/sqlite';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { runReadModel } from 'integration-settings';

const [file = 'settings.sqlite', integration = 'slack'] = process.argv.slice(2);
const eventStore = await openSqliteEventStore({ file });
const readModel = await sqliteReadModel({ file: `${file}.read-model`, catalog: gitlabCatalog });
await runReadModel({ eventStore, readModel, follow: false });
await readModel.close();
await eventStore.close();

using database = new DatabaseSync(`${file}.read-model`, { readOnly: true });
const sql = 'SELECT scope, mode, source FROM effective_settings WHERE integration = ? AND active ORDER BY scope';
for (const row of database.prepare(sql).all(integration)) console.log(JSON.stringify(row));
