export { openSqliteEventStore } from './open-sqlite-event-store.ts';
export type { SqliteEventStoreOptions } from './open-sqlite-event-store.ts';
export { openSqliteReadModelStore } from '../read-models/sqlite-read-model-store.ts';
export type { ReadModelFile } from '../read-models/shared-database.ts';
export { sqliteReadModel } from '../read-models/sqlite-read-model.ts';
export type { SqliteReadModelOptions } from '../read-models/sqlite-read-model.ts';
