import { inspect } from 'node:util';
import type { SecretToSeal } from '@integration-settings/domain';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { keyringFromEnvironment } from './keyring-from-environment.ts';
import { openMemoryKeyStore } from './memory-key-store.ts';
import { masterKeyText } from './secret-format.fixture.ts';

const name = 'TEST_MASTER_KEY';
const place = { streamName: 'test.instanceSettings-jira', field: 'api_token' };
const secret: SecretToSeal = { ...place, id: 'an-id', origin: 'instance', era: 0, streamEra: 0, text: 'hunter2' };

describe('keyring from the environment', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('opens what it sealed when it comes again, under an id derived from the key', async () => {
    const keyStore = openMemoryKeyStore();
    vi.stubEnv(name, masterKeyText);
    const sealed = await (await keyringFromEnvironment(name, { keyStore })).seal(secret);
    const again = await keyringFromEnvironment(name, { keyStore });
    expect(await again.open(sealed, place)).toBe(secret.text);
    expect((await keyStore.get(sealed.key))?.masterKey).toBe('sfSSRQYvoW975p7t');
    vi.stubEnv(name, masterKeyText.replace('A', 'B'));
    const wrong = await keyringFromEnvironment(name, { keyStore });
    await expect(wrong.open(sealed, place)).rejects.toMatchObject({ code: 'SECRETS_NOT_CONFIGURED' });
    await wrong.close();
  });

  it('names the variable that is not set', async () => {
    vi.stubEnv(name, undefined);
    await expect(keyringFromEnvironment(name, { keyStore: openMemoryKeyStore() })).rejects.toMatchObject({
      code: 'SECRETS_NOT_CONFIGURED',
      message: expect.stringContaining(`"${name}" is not set`),
    });
  });

  it.each([
    ['nothing', ''],
    ['a byte too few', masterKeyText.slice(1)],
    ['a byte too many', `${masterKeyText}AA`],
    ['a line break', `${masterKeyText}\n`],
    ['base64 that is not base64url', masterKeyText.replace('A', '+')],
  ])('refuses %s and does not quote it', async (_, text) => {
    vi.stubEnv(name, text);
    const error: unknown = await keyringFromEnvironment(name, { keyStore: openMemoryKeyStore() }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({
      code: 'SECRETS_NOT_CONFIGURED',
      message: expect.stringContaining(`"${name}" holds something else (${text.length} characters)`),
    });
    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(masterKeyText.slice(1, 12));
  });
});
