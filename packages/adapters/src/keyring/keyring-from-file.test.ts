import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { SecretToSeal } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { keyringFromFile } from './keyring-from-file.ts';
import { openMemoryKeyStore } from './memory-key-store.ts';
import { keyFileText, masterKeyText } from './secret-format.fixture.ts';
import { temporaryDirectory } from './temporary-directory.fixture.ts';

const root = temporaryDirectory();
let files = 0;
const fresh = (): string => join(root, `master-${(files += 1)}.key`);

const place = { streamName: 'test.instanceSettings-jira', field: 'api_token' };
const secret: SecretToSeal = { ...place, id: 'an-id', origin: 'instance', era: 0, streamEra: 0, text: 'hunter2' };

describe('keyring from a file', () => {
  it('makes the key file on request, for its owner only, and opens what it sealed when it comes again', async () => {
    const path = fresh();
    const keys = await keyringFromFile(path, { create: true });
    const sealed = await keys.seal(secret);
    await keys.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = readFileSync(path, 'utf8');
    const again = await keyringFromFile(path, { create: true });
    expect(await again.open(sealed, place)).toBe(secret.text);
    await again.close();
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(JSON.parse(text)).toEqual({
      format: 'integration-settings/master-keys/1',
      keys: [{ id: expect.stringMatching(/^[\w-]{16}$/), key: expect.stringMatching(/^[\w-]{43}$/) }],
    });
  });

  it('keeps data keys in an SQLite file beside the key file, and leaves nothing else there', async () => {
    const directory = temporaryDirectory();
    const keys = await keyringFromFile(join(directory, 'master.key'), { create: true });
    await keys.seal(secret);
    await keys.close();
    expect(readdirSync(directory).toSorted()).toEqual(['master.key', 'master.key.keys.sqlite']);
  });

  it('keeps data keys in the key store that it is given', async () => {
    const path = fresh();
    const keyStore = openMemoryKeyStore();
    const keys = await keyringFromFile(path, { create: true, keyStore });
    const sealed = await keys.seal(secret);
    expect(await keyStore.get(sealed.key)).toMatchObject({ streamName: place.streamName });
    expect(existsSync(`${path}.keys.sqlite`)).toBe(false);
    await keys.close();
    await expect(keyStore.get(sealed.key)).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('gives all who make the file at once the same master key', async () => {
    const path = fresh();
    const [one, ...others] = await Promise.all(
      Array.from({ length: 8 }, () => keyringFromFile(path, { create: true })),
    );
    const sealed = await one!.seal(secret);
    for (const other of others) expect(await other.open(sealed, place)).toBe(secret.text);
    for (const keys of [one!, ...others]) await keys.close();
  });

  it('makes nothing when it is not asked to', async () => {
    const path = fresh();
    await expect(keyringFromFile(path)).rejects.toMatchObject({
      code: 'SECRETS_NOT_CONFIGURED',
      message: expect.stringContaining(`no key file "${path}"`),
    });
    expect(existsSync(path) || existsSync(`${path}.keys.sqlite`)).toBe(false);
  });

  it('makes no new master key where data keys wait for the lost one', async () => {
    const path = fresh();
    const keys = await keyringFromFile(path, { create: true });
    await keys.seal(secret);
    await keys.close();
    const text = readFileSync(path, 'utf8');
    const { id } = (JSON.parse(text) as { keys: [{ id: string }] }).keys[0];
    rmSync(path);
    await expect(keyringFromFile(path, { create: true })).rejects.toMatchObject({
      code: 'SECRETS_NOT_CONFIGURED',
      message: expect.stringContaining(`"${id}" wraps; restore the file`),
    });
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, text, { mode: 0o600 });
    await (await keyringFromFile(path)).close();
  });

  it.each([0o640, 0o604, 0o660, 0o777])('refuses a key file with mode %o and says which is expected', async (mode) => {
    const path = fresh();
    writeFileSync(path, keyFileText);
    chmodSync(path, mode);
    await expect(keyringFromFile(path)).rejects.toMatchObject({
      code: 'SECRETS_NOT_CONFIGURED',
      message: expect.stringMatching(new RegExp(`mode 0${mode.toString(8)}.*expected 0600`)),
    });
  });

  it.each([
    ['nothing', ''],
    ['no JSON', masterKeyText],
    ['another format', keyFileText.replace('master-keys/1', 'master-keys/2')],
    ['no list of keys', '{"format":"integration-settings/master-keys/1"}'],
    ['a key that is too short', keyFileText.replace(masterKeyText, masterKeyText.slice(1))],
    ['a key without an id', keyFileText.replace('"id":"fixture",', '')],
    ['a key that is null', '{"format":"integration-settings/master-keys/1","keys":[null]}'],
  ])('refuses a key file that holds %s, and does not quote it', async (_, text) => {
    const path = fresh();
    writeFileSync(path, text, { mode: 0o600 });
    const error: unknown = await keyringFromFile(path).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'SECRETS_NOT_CONFIGURED',
      message: expect.stringContaining(`"${path}" holds something else`),
    });
    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(masterKeyText.slice(1, 12));
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('says that a directory is no key file, and that there is no place for one', async () => {
    const path = fresh();
    mkdirSync(path, { mode: 0o700 });
    await expect(keyringFromFile(path)).rejects.toMatchObject({ code: 'SECRETS_NOT_CONFIGURED' });
    const nowhere = join(root, 'nowhere', 'master.key');
    await expect(keyringFromFile(nowhere, { create: true, keyStore: openMemoryKeyStore() })).rejects.toMatchObject({
      code: 'SECRETS_NOT_CONFIGURED',
      message: expect.stringContaining('cannot be created'),
    });
  });

  it('wraps with the first key of the file and unwraps with all', async () => {
    const path = fresh();
    writeFileSync(path, keyFileText, { mode: 0o600 });
    const keys = await keyringFromFile(path);
    const sealed = await keys.seal(secret);
    await keys.close();
    const other = { id: 'other', key: 'B'.repeat(43) };
    const file = JSON.parse(keyFileText) as { keys: unknown[] };
    writeFileSync(path, JSON.stringify({ ...file, keys: [other, ...file.keys] }));
    const both = await keyringFromFile(path);
    expect(await both.open(sealed, place)).toBe(secret.text);
    expect(await both.rotate()).toBe(1);
    await both.close();
    writeFileSync(path, JSON.stringify({ ...file, keys: [other] }));
    const rotated = await keyringFromFile(path);
    expect(await rotated.open(sealed, place)).toBe(secret.text);
    await rotated.close();
  });
});
