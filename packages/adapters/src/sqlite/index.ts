export { openSqliteEventStore } from './open-sqlite-event-store.ts';
export type { SqliteEventStoreOptions } from './open-sqlite-event-store.ts';
