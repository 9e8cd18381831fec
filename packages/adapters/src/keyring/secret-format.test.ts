import { createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { KeyStore, SecretKeyring } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { openFileKeyStore } from './file-key-store.ts';
import { keyringFromFile } from './keyring-from-file.ts';
import { keyring } from './keyring.ts';
import { openMemoryKeyStore } from './memory-key-store.ts';
import * as fixture from './secret-format.fixture.ts';
import { openSqliteKeyStore } from './sqlite-key-store.ts';
import { temporaryDirectory } from './temporary-directory.fixture.ts';

const { field, sealedSecret, streamName, wrappedKey } = fixture;

/** AES-256-GCM with nothing but Node. */
const decrypt = (key: Uint8Array, sealed: { nonce: string; text: string }, additionalData: unknown): Buffer => {
  const text = Buffer.from(sealed.text, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.nonce, 'base64url'));
  decipher.setAAD(Buffer.from(JSON.stringify(additionalData), 'utf8'));
  decipher.setAuthTag(text.subarray(-16));
  return Buffer.concat([decipher.update(text.subarray(0, -16)), decipher.final()]);
};

const masterKey = { id: 'fixture', key: Buffer.from(fixture.masterKeyText, 'base64url') };

const expectOpens = async (keys: SecretKeyring): Promise<void> => {
  expect(await keys.open(sealedSecret, { streamName, field })).toBe(fixture.secretText);
  expect(await keys.verifyMac(fixture.secretsMac, fixture.enteredSecretsJson)).toBe('equal');
  expect(await keys.mac(wrappedKey, fixture.enteredSecretsJson)).toBe(fixture.secretsMac);
  await keys.close();
};

describe('stored format of secrets, version 1', () => {
  it('is a wrapped key and a sealed secret that Node opens by itself', () => {
    const dataKey = decrypt(masterKey.key, wrappedKey, [
      'integration-settings/key/1',
      wrappedKey.id,
      streamName,
      1,
      { group: '7' },
      2,
    ]);
    expect(dataKey.toString('base64url')).toBe(fixture.dataKeyText);
    const text = decrypt(dataKey, sealedSecret, [
      'integration-settings/secret/1',
      sealedSecret.id,
      { group: '7' },
      2,
      streamName,
      field,
    ]);
    expect(text.toString('utf8')).toBe(fixture.secretText);
  });

  it('is a secretsMac that Node makes by itself', () => {
    const key = hkdfSync(
      'sha256',
      Buffer.from(fixture.dataKeyText, 'base64url'),
      '',
      'integration-settings/command-secrets/1',
      32,
    );
    const mac = createHmac('sha256', Buffer.from(key)).update(fixture.enteredSecretsJson).digest().subarray(0, 16);
    expect(`${wrappedKey.id}.${mac.toString('base64url')}`).toBe(fixture.secretsMac);
  });

  it('is what a keyring seals and wraps now, as Node opens it by itself', async () => {
    const keyStore = openMemoryKeyStore();
    const keys = await keyring({ masterKey, keyStore });
    const origin = { project: '42' };
    const sealed = await keys.seal({ id: 'some-id', text: 'a text', origin, era: 3, streamName, streamEra: 4, field });
    const wrapped = await keyStore.get(sealed.key);
    expect(wrapped).toMatchObject({ streamName, streamEra: 4, origin, era: 3, masterKey: 'fixture' });
    const dataKey = decrypt(masterKey.key, wrapped!, [
      'integration-settings/key/1',
      sealed.key,
      streamName,
      4,
      origin,
      3,
    ]);
    const text = decrypt(dataKey, sealed, ['integration-settings/secret/1', 'some-id', origin, 3, streamName, field]);
    expect(text.toString('utf8')).toBe('a text');
    expect(sealed).toEqual({
      v: 1,
      id: 'some-id',
      origin,
      era: 3,
      key: wrapped!.id,
      nonce: sealed.nonce,
      text: sealed.text,
    });
    await keys.close();
  });

  it('is opened with a key file and an SQLite key store beside it', async () => {
    const path = join(temporaryDirectory(), 'master.key');
    writeFileSync(path, fixture.keyFileText, { mode: 0o600 });
    const database = new DatabaseSync(`${path}.keys.sqlite`);
    database.exec(fixture.sqliteKeyStoreText);
    database.close();
    await expectOpens(await keyringFromFile(path));
  });

  it('is opened with each key store', async () => {
    const directory = temporaryDirectory();
    const stores: KeyStore[] = [
      openMemoryKeyStore(),
      await openSqliteKeyStore({ file: join(directory, 'keys.sqlite') }),
    ];
    for (const keyStore of stores) {
      await keyStore.createIfAbsent(wrappedKey);
      await expectOpens(await keyring({ masterKey, keyStore }));
    }
  });

  it('is opened with a file key store as it is on disk', async () => {
    const directory = temporaryDirectory();
    const { path, target } = fixture.fileKeyStoreLink;
    for (const [name, text] of Object.entries(fixture.fileKeyStoreFiles)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
    mkdirSync(dirname(join(directory, path)));
    symlinkSync(target, join(directory, path));
    await expectOpens(await keyring({ masterKey, keyStore: await openFileKeyStore({ directory }) }));
  });
});
