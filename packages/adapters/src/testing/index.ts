export { eventStoreContract } from './event-store-contract.ts';
export type { EventStoreContract } from './event-store-contract.ts';
export { eventStoreProcessContract } from './event-store-process-contract.ts';
export type { EventStoreProcessContract } from './event-store-process-contract.ts';
export { keyStoreContract } from './key-store-contract.ts';
export type { KeyStoreContract } from './key-store-contract.ts';
export { snapshotStoreContract } from './snapshot-store-contract.ts';
export type { SnapshotStoreContract } from './snapshot-store-contract.ts';
