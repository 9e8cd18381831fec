import type { KeyOwner } from './key-store.ts';
import type { ScopeRef } from './scope.ts';
import type { SealedSecret } from './secret-format.ts';

/** A secret's text with all that it is bound to: what a copy keeps (id, origin, era) and where it will be stored. */
export interface SecretToSeal extends KeyOwner {
  readonly id: string;
  readonly field: string;
  readonly text: string;
}

/** A data key without its bytes. */
export interface DataKey extends KeyOwner {
  readonly id: string;
}

/**
 * Seals the secrets of events and opens them again; the only place where a secret's text and its key meet.
 *
 * No error, no inspection and no JSON of a keyring shows a text or a key. After `close` every call rejects with `Closed`.
 * Whatever needs a data key rejects with `SecretsNotConfigured` when the master key that wraps it was not given.
 */
export interface SecretKeyring {
  /** Seals a secret with the data key of its owner, which is made when it is missing and is durable before this resolves. Calls at once make one key. */
  seal(secret: SecretToSeal): Promise<SealedSecret>;
  /**
   * Opens a secret that was read from this stream and field.
   *
   * @throws SecretErased where its data key is gone
   * @throws StoreCorrupted where it was changed, or belongs to another place
   * @throws StoreNewer where its format has a later version
   */
  open(secret: SealedSecret, place: { readonly streamName: string; readonly field: string }): Promise<string>;
  /** The metadata `secretsMac` of a command, under the data key of its stream and scope, which is made when it is missing. `canonicalJson` is that of the entered texts by field. */
  mac(owner: KeyOwner, canonicalJson: string): Promise<string>;
  /** Whether a `secretsMac` was made of the same texts; its key may be gone, and nobody can tell. */
  verifyMac(secretsMac: string, canonicalJson: string): Promise<'equal' | 'different' | 'key gone'>;
  /** The data keys there are, in batches; destroying what came is safe in between. Needs no master key. */
  keys(options?: { readonly streamPrefix?: string; readonly origin?: ScopeRef }): AsyncIterable<readonly DataKey[]>;
  /** Destroys a data key for good, in the store and in memory: nobody reads what it sealed any more. Needs no master key; twice is once. */
  destroy(keyId: string): Promise<void>;
  /** Puts every data key under the first master key, so that the others can be taken away. Safe to stop and to repeat. @returns how many it changed */
  rotate(): Promise<number>;
  /** Forgets all keys and closes the key store. Twice is once. */
  close(): Promise<void>;
}
