import type { SettingsEvent } from './events.ts';

/** What a command led to. */
export interface CommandReceipt {
  /** None where the command was already true. Secrets are masked. */
  readonly events: readonly SettingsEvent[];
  /** Of the last event; of the decision where there is none. */
  readonly position: bigint;
  /** Of the stream afterwards. */
  readonly revision: bigint | 'no_stream';
  /** The first receipt again. */
  readonly duplicate: boolean;
  /** Whether the next read in this process shows it. */
  readonly visible: boolean;
  /** Of erasures and removals, where there is a keyring: `false` where the key store could not yet. */
  readonly keysDestroyed?: boolean;
}
