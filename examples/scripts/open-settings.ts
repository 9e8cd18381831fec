import { access } from 'node:fs/promises';
import { keyringFromFile } from '@integration-settings/adapters/keyring';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { type IntegrationSettings, openIntegrationSettings } from 'integration-settings';

/**
 * Opens what `integration-settings init` made: a SQLite file, and the key file beside it.
 *
 * @throws ENOENT where there is no such file: a store would be made, and a wrong path would look like an empty one
 */
export const openSettings = async (file: string): Promise<IntegrationSettings> => {
  await access(file);
  const keyring = await keyringFromFile(`${file}.key`);
  return openIntegrationSettings({ eventStore: await openSqliteEventStore({ file }), catalog: gitlabCatalog, keyring });
};
