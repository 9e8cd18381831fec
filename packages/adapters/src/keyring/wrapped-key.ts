import { isScopeRef, type KeyOwner, type ScopeRef, type WrappedKey } from '@integration-settings/domain';

/** One text for one owner, whatever else the object holds. */
export const ownerName = ({ streamName, streamEra, origin, era }: KeyOwner): string =>
  JSON.stringify([streamName, streamEra, origin, era]);

/** A frozen copy with the key's own fields and no others. */
export const copyOfKey = (key: WrappedKey): WrappedKey => {
  const { id, streamName, streamEra, origin, era, masterKey, nonce, text } = key;
  return Object.freeze({ id, streamName, streamEra, origin, era, masterKey, nonce, text });
};

/** Which keys a store is asked to list; absent means all. */
export interface KeyFilter {
  readonly streamPrefix?: string;
  readonly origin?: ScopeRef;
}

/** Whether a key is one of those asked for. */
export const isListed = (key: KeyOwner, { streamPrefix = '', origin }: KeyFilter): boolean =>
  key.streamName.startsWith(streamPrefix) &&
  (origin === undefined || JSON.stringify(key.origin) === JSON.stringify(origin));

/** Whether something read from outside is a wrapped key. */
export const isWrappedKey = (value: unknown): value is WrappedKey => {
  if (typeof value !== 'object' || value === null) return false;
  const key = value as Record<keyof WrappedKey, unknown>;
  const texts = [key.id, key.streamName, key.masterKey, key.nonce, key.text];
  return (
    texts.every((text) => typeof text === 'string') &&
    [key.streamEra, key.era].every((era) => Number.isSafeInteger(era)) &&
    isScopeRef(key.origin)
  );
};
