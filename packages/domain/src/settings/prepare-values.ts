import { describeBadValue } from '../catalog/check-value.ts';
import type { CompiledDefinition } from '../catalog/compile.ts';
import type { FieldDefinition } from '../catalog/definition.ts';
import type { Issue } from '../issue.ts';
import type { PlainValue } from '../events.ts';
import { isSecretRef, mask, type SecretMark } from '../secret-ref.ts';

/** A given value, checked by itself, with no secret's text in it. */
export type PreparedValue =
  /** `fault`: only of a text that looks like a mask, and is no value of the field unless a read shows one there. */
  | { readonly kind: 'plain'; readonly value: PlainValue; readonly fault?: string }
  | { readonly kind: 'empty' }
  /** A secret's text was given, and it is a new secret. */
  | { readonly kind: 'entered'; readonly secret: SecretMark }
  /** A secret's text was given, and it is the one that is there. */
  | { readonly kind: 'same' }
  /** "Unchanged": the mask, or the reference of what must be there. */
  | { readonly kind: 'kept'; readonly id?: string };

/** The values of a command, checked one by one. */
export interface PreparedValues {
  readonly values: ReadonlyMap<string, PreparedValue>;
  readonly issues: readonly Issue[];
}

/** The texts of secrets that a command enters, by field; what they turn into is decided by whoever can seal. */
export type EnteredTexts = ReadonlyMap<string, string>;

export const nothingGiven: PreparedValues = { values: new Map(), issues: [] };

/**
 * Checks given values against the definition, each by itself, every fault listed.
 *
 * @param enter - makes of a secret's text what stands for it; the text goes nowhere else
 */
export const prepareValues = (
  compiled: CompiledDefinition,
  given: Readonly<Record<string, unknown>> | undefined,
  enter: (field: string, text: string) => PreparedValue,
): PreparedValues => {
  const values = new Map<string, PreparedValue>();
  const issues: Issue[] = [];
  for (const [name, value] of Object.entries(given ?? {})) {
    const field = compiled.fields.get(name);
    const prepared = field === undefined ? undefined : prepareValue(field, value, (text) => enter(name, text));
    if (prepared === undefined) issues.push({ field: name, message: 'is not a field of this integration' });
    else if (typeof prepared === 'string') issues.push({ field: name, message: prepared });
    else values.set(name, prepared);
  }
  return { values, issues };
};

const prepareValue = (
  field: FieldDefinition,
  value: unknown,
  enter: (text: string) => PreparedValue,
): PreparedValue | string => {
  if (isEmpty(value)) return { kind: 'empty' };
  if (isSecretRef(value)) return { kind: 'kept', id: value.id };
  if (field.secret === true && value === mask) return { kind: 'kept' };
  const fault = describeBadValue(field, value);
  if (fault !== undefined) return value === mask ? { kind: 'plain', value, fault } : fault;
  if (field.secret === true) return enter(value as string);
  return { kind: 'plain', value: Array.isArray(value) ? Object.freeze([...value]) : (value as PlainValue) };
};

/** `null`, `''` and `[]` are one thing. */
export const isEmpty = (value: unknown): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** The secrets' texts among given values that are acceptable: what must be sealed, compared or hashed with a key. */
export const enteredTexts = (
  compiled: CompiledDefinition,
  given: Readonly<Record<string, unknown>> | undefined,
): EnteredTexts => {
  const texts = new Map<string, string>();
  prepareValues(compiled, given, (field, text) => {
    texts.set(field, text);
    return { kind: 'same' };
  });
  return texts;
};
