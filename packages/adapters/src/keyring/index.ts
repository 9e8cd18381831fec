// Keyrings
export { ephemeralKeyring, keyring } from './keyring.ts';
export { keyringFromEnvironment } from './keyring-from-environment.ts';
export { keyringFromFile } from './keyring-from-file.ts';
export type { KeyFileOptions } from './keyring-from-file.ts';
export type { MasterKey } from './master-keys.ts';

// Key stores
export { openFileKeyStore } from './file-key-store.ts';
export { openMemoryKeyStore } from './memory-key-store.ts';
export { openSqliteKeyStore } from './sqlite-key-store.ts';
export type { SqliteKeyStoreOptions } from './sqlite-key-store.ts';
