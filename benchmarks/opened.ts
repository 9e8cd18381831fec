import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ephemeralKeyring } from '@integration-settings/adapters/keyring';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import type { Command } from '@integration-settings/domain';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { type Actor, type IntegrationSettings, openIntegrationSettings } from 'integration-settings';

export const administrator: Actor = { id: 'benchmark', administers: ['instance'] };

/** Settings on a fresh SQLite store, durable, and a way to be rid of both. */
export interface Opened {
  readonly settings: IntegrationSettings;
  readonly folder: string;
  readonly remove: () => Promise<void>;
}

export const openFresh = async (name: string): Promise<Opened> => {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const eventStore = await openSqliteEventStore({ file: join(folder, 'events.db') });
  const settings = await openIntegrationSettings({ eventStore, catalog: gitlabCatalog, keyring: ephemeralKeyring() });
  const remove = async (): Promise<void> => {
    await settings.close();
    rmSync(folder, { recursive: true });
  };
  return { settings, folder, remove };
};

/** Executes commands as one batch. @throws the first error */
export const executeAll = async (
  settings: IntegrationSettings,
  commands: readonly Command[],
  batchId: string,
): Promise<void> => {
  for await (const outcome of settings.executeMany(commands, { actor: administrator, batchId })) {
    if ('error' in outcome) throw outcome.error;
  }
};
