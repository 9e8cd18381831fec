import type { KeyOwner } from './key-store.ts';
import type { ScopeRef } from './scope.ts';

// STORED FORMAT. These names, fields and texts are on disk and sealed into every secret: add a version, never edit in place.

/** A secret as events hold it, below the key `$secret`. Two are the same secret when their ids are equal. */
export interface SealedSecret {
  readonly v: 1;
  /** A UUID made when a person entered it; copies keep it. */
  readonly id: string;
  /** Where it was entered; copies keep it. */
  readonly origin: ScopeRef;
  /** How often the origin's secrets of the integration had been erased when it was entered, from 0; copies keep it. */
  readonly era: number;
  /** The id of the data key that seals it, in the key store. */
  readonly key: string;
  /** 12 random bytes, base64url. */
  readonly nonce: string;
  /** AES-256-GCM: ciphertext and 16-byte tag, base64url. */
  readonly text: string;
}

/** The additional data of a sealed secret: it opens only as this secret, in this stream and field. */
export const secretAdditionalData = (
  secret: Pick<SealedSecret, 'id' | 'origin' | 'era'>,
  streamName: string,
  field: string,
): string => JSON.stringify(['integration-settings/secret/1', secret.id, secret.origin, secret.era, streamName, field]);

/** The additional data of a wrapped data key: it unwraps only as this key, of this owner. */
export const keyAdditionalData = (key: KeyOwner & { readonly id: string }): string =>
  JSON.stringify(['integration-settings/key/1', key.id, key.streamName, key.streamEra, key.origin, key.era]);

/** The HKDF info of the key that authenticates the secrets entered with a command. */
export const commandSecretsInfo = 'integration-settings/command-secrets/1';
