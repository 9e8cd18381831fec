// Builds the SQL read model beside a store anew; prints how far it has come, and what it found, as JSON lines. FILE
import { openSqliteEventStore, sqliteReadModel } from '@integration-settings/adapters/sqlite';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { jsonReplacer, rebuildReadModel } from 'integration-settings';

const [file = 'settings.sqlite'] = process.argv.slice(2);
const eventStore = await openSqliteEventStore({ file });
const readModel = await sqliteReadModel({ file: `${file}.read-model`, catalog: gitlabCatalog });
const onProgress = (progress: object): void => console.log(JSON.stringify({ progress }, jsonReplacer));
const signal = AbortSignal.timeout(600_000); // the old one stays, and the next rebuild goes on there
console.log(JSON.stringify(await rebuildReadModel({ eventStore, readModel, onProgress, signal }), jsonReplacer));
await readModel.close();
await eventStore.close();
