export { openEventStoreDb } from './open-event-store-db.ts';
export type { EventStoreDbOptions, EventStoreDbSettings } from './open-event-store-db.ts';
export { AppendTooLarge } from './errors.ts';
export { InvalidConnectionString } from './connection-string.ts';
