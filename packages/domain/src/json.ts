import { isSecretRef, mask } from './secret-ref.ts';

/**
 * A `JSON.stringify` replacer for what hosts spread together from results: positions and revisions become decimal strings,
 * secrets the mask.
 */
export const jsonReplacer = (_key: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString();
  return isSecretRef(value) ? mask : value;
};

/** A plain copy as JSON shows it: bigints as decimal strings, secrets as the mask. */
export const toPlain = (value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toPlain);
  if (isSecretRef(value)) return mask;
  if (value instanceof Date) return value.toJSON();
  const own = (value as { toJSON?: unknown }).toJSON;
  if (typeof own === 'function' && own !== plainOf) return toPlain((own as () => unknown).call(value));
  const kept = Object.entries(value).filter(([, item]) => typeof item !== 'function');
  return Object.fromEntries(kept.map(([key, item]) => [key, toPlain(item)])); // also a key `__proto__`
};

function plainOf(this: unknown): unknown {
  return toPlain(this);
}

const toJsonProperty: PropertyDescriptor = { value: plainOf, enumerable: false };

/** Freezes a result and gives it a non-enumerable `toJSON`, so that its bigints and secrets can be written as JSON. */
export const frozenResult = <T extends object>(result: T): T =>
  Object.freeze(Object.defineProperty(result, 'toJSON', toJsonProperty));
