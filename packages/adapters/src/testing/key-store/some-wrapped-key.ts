import { randomUUID } from 'node:crypto';
import type { KeyOwner, WrappedKey } from '@integration-settings/domain';

/** A key of an owner that nobody else has; what a store keeps need not be a real wrapped key. */
export const someWrappedKey = (owner: Partial<KeyOwner> = {}): WrappedKey => ({
  id: randomUUID(),
  streamName: `test.projectSettings-${randomUUID()}/jira`,
  streamEra: 0,
  origin: 'instance',
  era: 0,
  ...owner,
  masterKey: 'first',
  nonce: randomUUID(),
  text: randomUUID(),
});

/** The owner of a key, without the key. */
export const ownerOf = ({ streamName, streamEra, origin, era }: KeyOwner): KeyOwner => ({
  streamName,
  streamEra,
  origin,
  era,
});

/** The ids of keys, sorted. */
export const idsOf = (keys: readonly WrappedKey[]): readonly string[] => keys.map((key) => key.id).toSorted();

/** All keys of a listing. */
export const keysIn = async (batches: AsyncIterable<readonly WrappedKey[]>): Promise<readonly WrappedKey[]> => {
  const keys: WrappedKey[] = [];
  for await (const batch of batches) keys.push(...batch);
  return keys;
};
