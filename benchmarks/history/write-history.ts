// Writes a history into a SQLite store, through the library: `node benchmarks/history/write-history.ts FILE [S|M|L]`.
import { existsSync } from 'node:fs';
import { keyringFromFile } from '@integration-settings/adapters/keyring';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import type { EventStore, SecretKeyring } from '@integration-settings/domain';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { type Actor, type IntegrationSettings, openIntegrationSettings } from 'integration-settings';
import { HistoryCheck } from './check-history.ts';
import { Checksum } from './checksum.ts';
import { history, type HistoryOptions, sizes } from './history.ts';

/** Who gives all commands of a history. */
const historian: Actor = { id: 'historian', administers: ['instance'] };

/** What was written. */
export interface WrittenHistory {
  readonly commands: number;
  readonly events: number;
  /** Of the commands. */
  readonly checksum: string;
}

/**
 * Writes a history into an empty store, each command at its time, one after the other.
 *
 * @param eventStore - open for as long as it lasts, then closed, as the keyring is
 * @throws what the first command that is refused was refused with; RangeError where the history breaks a rule
 */
export const writeHistory = async (
  eventStore: EventStore,
  keyring: SecretKeyring,
  options: HistoryOptions,
): Promise<WrittenHistory> => {
  let now = new Date(0);
  await using settings: IntegrationSettings = await openIntegrationSettings({
    eventStore,
    keyring,
    catalog: gitlabCatalog,
    clock: () => now,
  });
  const checksum = new Checksum();
  let commands = 0;
  let events = 0;
  for (const { at, kind, command } of checksum.through(new HistoryCheck().through(history(options)))) {
    now = at;
    const receipt = await settings.execute(command, { actor: historian, reason: kind });
    commands += 1;
    events += receipt.events.length;
  }
  return { commands, events, checksum: checksum.digest() };
};

if (import.meta.main) {
  const [file, size = 'S'] = process.argv.slice(2);
  if (file === undefined || !Object.hasOwn(sizes, size) || existsSync(file)) {
    console.error(
      'Usage: write-history.ts FILE [S|M|L]\n\nWrites a new SQLite store FILE, and the keys of its secrets in FILE.key and beside it.',
    );
    process.exit(2);
  }
  const keyring = await keyringFromFile(`${file}.key`, { create: true });
  const eventStore = await openSqliteEventStore({ file, synchronous: 'normal' });
  const written = await writeHistory(eventStore, keyring, { size: sizes[size as keyof typeof sizes] });
  console.log(`${written.commands} commands, ${written.events} events, checksum ${written.checksum}`);
}
