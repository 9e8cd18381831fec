import { hash } from 'node:crypto';
import { type Command, type CompiledDefinition, isEmpty, isSecretRef, mask } from '@integration-settings/domain';

/**
 * What identifies a command's body: SHA-256, first 128 bits, base64url, of the canonical JSON (RFC 8785) of type and data, with
 * empty values as `null` and each text of a secret masked. Ignored values are left out.
 */
export const commandHash = (command: Command, compiled: CompiledDefinition | undefined): string =>
  hashOf(command.type, comparable(command, compiled));

/** The first 128 bits of the SHA-256 of a body's canonical JSON, base64url. */
export const hashOf = (type: string, data: unknown): string =>
  first128Bits(hash('sha256', `{"data":${canonicalJson(data)},"type":${quoted(type)}}`, 'base64url'));

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const scratch = Buffer.alloc(22);

/**
 * Of a text in base64url, whose 22nd character has two of them and four others. In one piece: `JSON.stringify` takes twice as
 * long for what has a text that is put together.
 */
const first128Bits = (digest: string): string => {
  scratch.write(digest, 'latin1');
  scratch[21] = alphabet.charCodeAt(alphabet.indexOf(digest[21]!) & 0b110000);
  return scratch.toString('latin1');
};

/**
 * The canonical JSON of plain data (RFC 8785): keys in the order of their UTF-16 code units; texts and numbers as
 * `JSON.stringify` writes them, which is what the RFC asks for. Written out here because every command needs it: it takes about
 * half the time of a package for it.
 */
export const canonicalJson = (value: unknown): string => {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  let text = '';
  for (const key of sortedKeys(value)) {
    const item = (value as Readonly<Record<string, unknown>>)[key];
    if (item !== undefined) text += (text === '' ? '{' : ',') + labelOf(key) + canonicalJson(item);
  }
  return text === '' ? '{}' : text + '}';
};

const quoted = (text: string): string => (needsNoEscape.test(text) ? `"${text}"` : JSON.stringify(text));
/** Half the time of `JSON.stringify`. */
const needsNoEscape = /^[ !#-[\]-~]*$/;

/** Of the keys that come again with each command: a key as it is written, with its colon. */
const labels = new Map<string, string>();
const mostLabels = 1_000;

const labelOf = (key: string): string => {
  let label = labels.get(key);
  if (label === undefined) {
    label = `${JSON.stringify(key)}:`;
    if (labels.size < mostLabels) labels.set(key, label);
  }
  return label;
};

/** Sorted in place, without what `sort` allocates: bodies have few keys. */
const sortedKeys = (value: object): readonly string[] => {
  const keys = Object.keys(value);
  if (keys.length > 16) return keys.sort();
  for (let next = 1; next < keys.length; next += 1) {
    const key = keys[next]!;
    let at = next;
    for (; at > 0 && keys[at - 1]! > key; at -= 1) keys[at] = keys[at - 1]!;
    keys[at] = key;
  }
  return keys;
};

const comparable = (command: Command, compiled: CompiledDefinition | undefined): unknown => {
  if (!('values' in command.data)) return command.data;
  const { values, ...others } = command.data;
  if (values === undefined || command.type === 'SwitchToInherited') return others;
  const masked = Object.entries(values).map(([name, value]) => {
    const isSecret = compiled?.fields.get(name)?.secret === true;
    return [name, comparableValue(value, isSecret)] as const;
  });
  return { ...others, values: Object.fromEntries(masked) };
};

/** Values that no definition accepts are never stored; what they are compared by only has to be data. */
const comparableValue = (value: unknown, isSecret: boolean): unknown => {
  if (isEmpty(value)) return null;
  if (isSecretRef(value) || (isSecret && typeof value === 'string')) return mask;
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number' ? value : 'not a value';
};
