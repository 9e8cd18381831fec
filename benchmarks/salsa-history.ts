import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ephemeralKeyring } from '@integration-settings/adapters/keyring';
import { openMemoryEventStore } from '@integration-settings/adapters/memory';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import type { EventStore } from '@integration-settings/domain';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { type IntegrationSettings, openIntegrationSettings } from 'integration-settings';
import { sizes } from './history/history.ts';
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
  const memory = openMemoryEventStore();
  await writeHistory(keptOpen(memory), ephemeralKeyring(), { size: sizes.S }); // in memory a command at a time takes no disk's time
  const store = await openSqliteEventStore({ file, synchronous: 'normal' });
  for await (const events of memory.readAll()) {
    await Promise.all(
      events.map(({ streamName, ...event }) => store.appendToStream(streamName, [event], { expectedRevision: 'any' })),
    );
  }
  await store.close();
  await memory.close();
  return file;
};

/** A store that outlives the settings that are opened on it. */
const keptOpen = (store: EventStore): EventStore => ({
  appendToStream: (...parameters) => store.appendToStream(...parameters),
  readStream: (...parameters) => store.readStream(...parameters),
  readAll: (...parameters) => store.readAll(...parameters),
  subscribeToAll: (...parameters) => store.subscribeToAll(...parameters),
  close: () => Promise.resolve(),
});

/** Settings on that store, read from its first event. Without keys, and for reading only. */
export const openHistory = async (): Promise<IntegrationSettings> =>
  openIntegrationSettings({
    eventStore: await openSqliteEventStore({ file: await salsaHistory() }),
    catalog: gitlabCatalog,
  });
