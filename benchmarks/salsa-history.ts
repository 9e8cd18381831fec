import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ephemeralKeyring } from '@integration-settings/adapters/keyring';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { type IntegrationSettings, openIntegrationSettings } from 'integration-settings';
import { sizes } from './history/history.ts';
import { WriteBehindStore } from './history/write-behind-store.ts';
import { writeHistory } from './history/write-history.ts';

let written: Promise<string> | undefined;

/**
 * The file of a SQLite store with the history of size S, written once for all scenarios of a run and gone when the process
 * ends. Nobody has the keys of its secrets; scenarios leave it as it is.
 */
export const salsaHistory = (): Promise<string> => (written ??= write());

const write = async (): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'salsa-history-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  const file = join(folder, 'events.db');
  const eventStore = new WriteBehindStore(await openSqliteEventStore({ file, synchronous: 'normal' }));
  await writeHistory(eventStore, ephemeralKeyring(), { size: sizes.S });
  return file;
};

/** Settings on that store, read from its first event. Without keys, and for reading only. */
export const openHistory = async (): Promise<IntegrationSettings> =>
  openIntegrationSettings({
    eventStore: await openSqliteEventStore({ file: await salsaHistory() }),
    catalog: gitlabCatalog,
  });
