import type { EventStore, SecretKeyring } from '@integration-settings/domain';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { type Actor, type IntegrationSettings, openIntegrationSettings } from 'integration-settings';
import { HistoryCheck } from './check-history.ts';
import { Checksum } from './checksum.ts';
import { history, type HistoryOptions, type TimedCommand } from './history.ts';

/** Who gives all commands of a history. */
const historian: Actor = { id: 'historian', administers: ['instance'] };

/** What was written. */
export interface WrittenHistory {
  readonly commands: number;
  readonly events: number;
  /** Of the commands. */
  readonly checksum: string;
}

export interface WriteOptions {
  /** Told of each command after its events were written. */
  readonly onWritten?: ((timed: TimedCommand) => void) | undefined;
  /** Ends it after the command that is under way. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a history into an empty store, each command at its time, one after the other.
 *
 * @param eventStore - open for as long as it lasts, then closed, as the keyring is
 * @throws what the first command that is refused was refused with; RangeError where the history breaks a rule; the reason of
 * an aborted signal
 */
export const writeHistory = async (
  eventStore: EventStore,
  keyring: SecretKeyring,
  options: HistoryOptions,
  { onWritten, signal }: WriteOptions = {},
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
  for (const timed of checksum.through(new HistoryCheck().through(history(options)))) {
    signal?.throwIfAborted();
    now = timed.at;
    const receipt = await settings.execute(timed.command, { actor: historian, reason: timed.kind });
    commands += 1;
    events += receipt.events.length;
    onWritten?.(timed);
  }
  return { commands, events, checksum: checksum.digest() };
};
