import type { SealedSecret, WrappedKey } from '@integration-settings/domain';

// Made once, by other code than ours, from known keys and nonces. What opens today opens forever: never make these anew.

export const masterKeyText = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';
export const dataKeyText = 'ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1-f4CBgoM';
export const streamName = 'integrations.projectSettings-größe/42/jira';
export const field = 'api_token';
export const secretText = 's3cr3t-Gehëimnis-🔑';
export const enteredSecretsJson = `{"api_token":"${secretText}"}`;
export const secretsMac = '4f8c0f4e-5c1e-4b52-9d6a-0b1f5a3a9c10.PEUWfON_qhjZh5FbyyGPLw';

export const wrappedKey: WrappedKey = {
  id: '4f8c0f4e-5c1e-4b52-9d6a-0b1f5a3a9c10',
  streamName,
  streamEra: 1,
  origin: { group: '7' },
  era: 2,
  masterKey: 'fixture',
  nonce: 'BwgJCgsMDQ4PEBES',
  text: 'NAZN-0A7e_tuRq4QxPkxQHUq8euuoByZMZdzt2vNt7UuuNeOiyfLImyLFhiJLVe4',
};

export const sealedSecret: SealedSecret = {
  v: 1,
  id: 'b7a6c8de-1a52-4f0c-8a4b-2d0c3f7f9e21',
  origin: { group: '7' },
  era: 2,
  key: '4f8c0f4e-5c1e-4b52-9d6a-0b1f5a3a9c10',
  nonce: 'TU5PUFFSU1RVVldY',
  text: 'jrrYyFr3ZamhBGr3j7UwDOqAiqf9wOGYQ_nn70g_Ob3-DwfCgxQ',
};

/** A key file as it is on disk. */
export const keyFileText = `{"format":"integration-settings/master-keys/1","keys":[{"id":"fixture","key":"${masterKeyText}"}]}`;

/** What made the SQLite key store's file in its first version. */
export const sqliteKeyStoreText = `
  CREATE TABLE data_keys (
    stream_name TEXT NOT NULL, stream_era INTEGER NOT NULL, origin TEXT NOT NULL, era INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE, master_key TEXT NOT NULL, nonce TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (stream_name, stream_era, origin, era)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO data_keys VALUES ('${streamName}', 1, '{"group":"7"}', 2, '${wrappedKey.id}', 'fixture', '${wrappedKey.nonce}', '${wrappedKey.text}');
  PRAGMA application_id = 1230203769;
  PRAGMA user_version = 1;
`;

/** The files of a file key store, by path. */
export const fileKeyStoreFiles = {
  'key-store.json': '{"format":"integration-settings/key-store/1"}\n',
  [`keys/${wrappedKey.id}.jsonl`]: `${JSON.stringify(wrappedKey)}\n`,
};
export const fileKeyStoreLink = {
  path: 'owners/7fd6c9f91e648dac8af2a4b2b2c76b5f244773aad4fb0baf1a15ea498992528d.0',
  target: `../keys/${wrappedKey.id}.jsonl`,
};
