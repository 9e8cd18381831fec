export { openFileSnapshotStore } from './file-snapshot-store.ts';
export { openMemorySnapshotStore } from './memory-snapshot-store.ts';
export { openSqliteSnapshotStore } from './open-sqlite-snapshot-store.ts';
export type { SqliteSnapshotStoreOptions } from './open-sqlite-snapshot-store.ts';
