export { startEventStoreDbServer } from './start-server.ts';
export type { EventStoreDbServer, EventStoreDbServerOptions } from './start-server.ts';
export type { Faults } from './faults.ts';
