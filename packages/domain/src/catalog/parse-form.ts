import type { Issue } from '../issue.ts';
import { mask } from '../secret-ref.ts';
import { describe } from './check-value.ts';
import type { FieldDefinition, GivenValue, GivenValues, IntegrationDefinition } from './definition.ts';

/** What the entries of a form say. `values` and `active` can be used where there are no issues. */
export interface ParsedForm {
  readonly values: GivenValues;
  /** Absent: not given. */
  readonly active?: boolean;
  /** What could not be read, by field, in the definition's order. */
  readonly issues: readonly Issue[];
}

/** A value, or what is wrong with it; `undefined`: not given. */
type Reading = { readonly value: GivenValue } | { readonly fault: string } | undefined;

const toggle: FieldDefinition = { type: 'boolean' };

/**
 * Reads the entries of a form as values of a definition. Only their types are read: whether a value is allowed is said by
 * the command that gives it.
 *
 * Names that are no fields are ignored. The last entry of a name wins, as of a hidden `0` before a checkbox; of a list all
 * count but empty ones. An empty entry empties its field; an empty or masked one of a secret, and an empty `active`, is not
 * given. An entry that is no text, such as a file, is an issue.
 */
export const parseForm = (
  definition: IntegrationDefinition,
  entries: Iterable<readonly [string, unknown]>,
): ParsedForm => {
  const submitted = Map.groupBy(entries, ([name]) => name);
  const values: Record<string, GivenValue> = {};
  const issues: Issue[] = [];
  let active: GivenValue = null;
  for (const [name, field] of [...Object.entries(definition.fields), ['active', toggle] as const]) {
    const reading = read(field, submitted.get(name)?.map(([, content]) => content) ?? []);
    if (reading === undefined) continue;
    if ('fault' in reading) issues.push(Object.freeze({ field: name, message: reading.fault }));
    else if (field === toggle) active = reading.value;
    else values[name] = reading.value;
  }
  return Object.freeze({
    values: Object.freeze(values),
    ...(typeof active === 'boolean' ? { active } : {}),
    issues: Object.freeze(issues),
  });
};

const read = (field: FieldDefinition, contents: readonly unknown[]): Reading => {
  const relevant = field.type === 'string[]' ? contents : contents.slice(-1);
  const texts = relevant.filter((content) => typeof content === 'string');
  if (texts.length < relevant.length) {
    return { fault: `is ${describe(relevant.find((content) => typeof content !== 'string'))}; expected a text` };
  }
  const last = texts.at(-1);
  if (last === undefined) return undefined;
  if (field.type === 'string[]') return readList(texts);
  if (field.secret === true && (last === '' || last === mask)) return undefined;
  if (last === '') return { value: null };
  if (field.type === 'boolean') return readBoolean(last);
  return field.type === 'integer' ? readInteger(last) : { value: last };
};

const readList = (texts: readonly string[]): Reading => {
  const items = texts.filter((text) => text !== '');
  return { value: items.length === 0 ? null : Object.freeze(items) };
};

const readBoolean = (text: string): Reading => {
  if (['true', '1', 'on'].includes(text)) return { value: true };
  if (['false', '0', 'off'].includes(text)) return { value: false };
  return { fault: `is ${shown(text)}; expected true, 1 or on, or false, 0 or off` };
};

/** As JSON writes integers: no sign but a minus, no leading zero, no `-0`, no white space. */
const readInteger = (text: string): Reading => {
  const value = /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? { value } : { fault: `is ${shown(text)}; expected a safe integer` };
};

const shown = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
