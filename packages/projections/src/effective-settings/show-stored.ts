import { type DecidedValue, type FieldValue, isSealed, SecretMark } from '@integration-settings/domain';

/**
 * A stored value as results show it, whether or not the definition accepts it.
 *
 * @param isSecret - whether the definition calls it secret; what is sealed is masked anyway
 * @param identity - of a secret that is stored in clear
 */
export const showStored = (
  value: DecidedValue | null,
  isSecret: boolean,
  identity: () => ConstructorParameters<typeof SecretMark>[0],
): FieldValue | undefined => {
  if (value === null) return undefined;
  if (isSealed(value)) return new SecretMark(value.$secret);
  if (isSecret) return new SecretMark(identity());
  return typeof value === 'object' ? Object.freeze([...value]) : value;
};
