import { createHash } from 'node:crypto';
import { type Command, type CompiledDefinition, isEmpty, isSecretRef, mask } from '@integration-settings/domain';
import canonicalize from 'canonicalize';

/**
 * What identifies a command's body: SHA-256, first 128 bits, base64url, of the canonical JSON (RFC 8785) of type and data, with
 * empty values as `null` and each text of a secret masked. Ignored values are left out.
 */
export const commandHash = (command: Command, compiled: CompiledDefinition | undefined): string =>
  hashOf({ type: command.type, data: comparable(command, compiled) });

/** The first 128 bits of the SHA-256 of something's canonical JSON, base64url. */
export const hashOf = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest().subarray(0, 16).toString('base64url');

/** The canonical JSON of data (RFC 8785). */
export const canonicalJson = (value: unknown): string => canonicalize(value) ?? 'null';

const comparable = (command: Command, compiled: CompiledDefinition | undefined): unknown => {
  const { values, ...others } = command.data as { readonly values?: Readonly<Record<string, unknown>> };
  if (values === undefined || command.type === 'SwitchToInherited') return others;
  return {
    ...others,
    values: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        comparableValue(value, compiled?.fields.get(name)?.secret === true),
      ]),
    ),
  };
};

/** Values that no definition accepts never come to be stored; what they are compared by only has to be data. */
const comparableValue = (value: unknown, isSecret: boolean): unknown => {
  if (isEmpty(value)) return null;
  if (isSecretRef(value) || (isSecret && typeof value === 'string')) return mask;
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return typeof value === 'object' ||
    typeof value === 'bigint' ||
    typeof value === 'symbol' ||
    typeof value === 'function'
    ? Array.isArray(value)
      ? value.map((item) => (typeof item === 'string' ? item.toWellFormed() : String(item)))
      : 'not a value'
    : typeof value === 'string'
      ? value.toWellFormed()
      : value;
};
