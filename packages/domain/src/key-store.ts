import type { ScopeRef } from './scope.ts';

/** What a data key is for: one settings stream and its era, and the origin of the secrets and its era. */
export interface KeyOwner {
  readonly streamName: string;
  readonly streamEra: number;
  readonly origin: ScopeRef;
  readonly era: number;
}

/** A data key, wrapped by a master key. `nonce` and `text` are base64url. */
export interface WrappedKey extends KeyOwner {
  readonly id: string;
  /** The id of the master key that wraps it. */
  readonly masterKey: string;
  readonly nonce: string;
  readonly text: string;
}

/** Keeps the data keys of secrets, apart from the log, so that destroying a key destroys what it sealed. Everything is durable before it resolves. */
export interface KeyStore {
  /** @returns `undefined` where the key was destroyed or never there */
  get(keyId: string): Promise<WrappedKey | undefined>;
  find(belongsTo: KeyOwner): Promise<WrappedKey | undefined>;
  /** @returns the one that is there, if another was first for the same owner */
  createIfAbsent(key: WrappedKey): Promise<WrappedKey>;
  /** Puts the same key under another master key; a key that was destroyed meanwhile stays so. */
  rewrap(key: WrappedKey): Promise<void>;
  /** Twice is once. */
  destroy(keyId: string): Promise<void>;
  list(options?: { readonly streamPrefix?: string; readonly origin?: ScopeRef }): AsyncIterable<readonly WrappedKey[]>;
  close(): Promise<void>;
}
