import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { type IntegrationSettings, openIntegrationSettings } from 'integration-settings';

let written: Promise<string> | undefined;

/**
 * The file of a SQLite store with the history of size S, written once for all scenarios of a run and gone when the process
 * ends. Nobody has the keys of its secrets; scenarios leave it as it is.
 */
export const salsaHistory = (): Promise<string> => (written ??= write());

/** In a process of its own, so that the code is as quick here as for a script that finds the file. */
const write = async (): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'salsa-history-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  const file = join(folder, 'events.db');
  const writer = fileURLToPath(new URL('history/main.ts', import.meta.url));
  await promisify(execFile)(process.execPath, [writer, '--to', file, '--size', 'S', '--without-keys', '--json']);
  return file;
};

/** Settings on that store, read from its first event. Without keys, and for reading only. */
export const openHistory = async (): Promise<IntegrationSettings> =>
  openIntegrationSettings({
    eventStore: await openSqliteEventStore({ file: await salsaHistory() }),
    catalog: gitlabCatalog,
  });
