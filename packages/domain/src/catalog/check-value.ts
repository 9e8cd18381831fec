import type { PlainValue } from '../events.ts';
import type { FieldDefinition } from './definition.ts';

/** The most bytes of UTF-8 that a value may have, so that every log fits every store. */
export const maxValueBytes = 65_536;

/** Says what keeps a non-empty plain value from being one of this field; `undefined` where nothing does. Never says a secret's text. */
export const describeBadValue = (field: FieldDefinition, value: unknown): string | undefined => {
  const expected = expectedType(field);
  switch (field.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `is ${describe(value)}; expected ${expected}`;
    case 'integer':
      if (typeof value !== 'number') return `is ${describe(value)}; expected ${expected}`;
      if (Object.is(value, -0)) return `is -0; expected ${expected}`;
      if (!Number.isSafeInteger(value)) return `is ${value}; expected ${expected}`;
      return describeNotAllowed(field, value);
    case 'string':
      if (typeof value !== 'string') return `is ${found(field, value)}; expected ${expected}`;
      return describeBadText(field, value);
    case 'string[]':
      if (!Array.isArray(value)) return `is ${describe(value)}; expected ${expected}`;
      return describeBadList(field, value);
    default:
      return field.type satisfies never;
  }
};

const expectedType = (field: FieldDefinition): string =>
  ({ boolean: 'true or false', integer: 'a safe integer', string: 'a string', 'string[]': 'a list of strings' })[
    field.type
  ];

/** Whether a stored plain value is one that today's definition accepts (R28). */
export const isAccepted = (field: FieldDefinition, value: PlainValue): boolean =>
  describeBadValue(field, value) === undefined;

const describeBadList = (field: FieldDefinition, list: readonly unknown[]): string | undefined => {
  let bytes = 0;
  for (const item of list) {
    if (typeof item !== 'string') return `has an item that is ${describe(item)}; expected a list of strings`;
    if (item === '') return 'has an empty item; expected a list of non-empty strings';
    const fault = describeBadText(field, item);
    if (fault !== undefined) return `has an item that ${fault}`;
    bytes += utf8Length(item);
  }
  return bytes > maxValueBytes ? tooLong(bytes) : undefined;
};

const describeBadText = (field: FieldDefinition, text: string): string | undefined => {
  if (!text.isWellFormed()) return 'is not well-formed Unicode (it has a lone surrogate)';
  if (text.length > maxValueBytes / 3) {
    const bytes = utf8Length(text);
    if (bytes > maxValueBytes) return tooLong(bytes);
  }
  if (field.format === 'url' && !isUrl(text)) return `is ${shown(field, text)}; expected an http or https URL`;
  if (field.format === 'email' && !isEmail(text)) return `is ${shown(field, text)}; expected an e-mail address`;
  return describeNotAllowed(field, text);
};

const describeNotAllowed = (field: FieldDefinition, value: string | number): string | undefined =>
  field.allowedValues === undefined || field.allowedValues.includes(value)
    ? undefined
    : `is ${typeof value === 'number' ? value : shown(field, value)}; expected one of ${field.allowedValues.map((allowed) => JSON.stringify(allowed)).join(', ')}`;

const tooLong = (bytes: number): string => `has ${bytes} bytes; expected at most ${maxValueBytes}`;

/** A number in place of a secret's text may well be the secret. */
const found = (field: FieldDefinition, value: unknown): string =>
  field.secret === true && typeof value === 'number' ? 'a number' : describe(value);

const shown = (field: FieldDefinition, text: string): string =>
  field.secret === true ? 'not shown' : JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);

/** What something is, without saying its content: it may be a secret in the wrong place. */
export const describe = (value: unknown): string => {
  if (value === undefined || value === null) return String(value);
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a Date';
  if (typeof value === 'object') return 'an object';
  return `a ${typeof value}`;
};

const schemeAndHost = /^https?:\/\/[^\s/?#\\]/i;

/** An absolute http or https address with a host, as typed: no white space, no control characters. */
const isUrl = (text: string): boolean => schemeAndHost.test(text) && !/[\s\p{Cc}]/u.test(text) && URL.canParse(text);

/** One `@` between two parts without white space, the second with no empty label: what mail servers agree on. */
const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)*$/u.test(text) && text.length <= 320;

/** The bytes of a well-formed text in UTF-8. */
export const utf8Length = (text: string): number => {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return bytes;
};
