import type { Issue } from '../issue.ts';
import { describe, describeBadValue } from './check-value.ts';
import type { FieldDefinition } from './definition.ts';
import { isSlug } from './slug.ts';

type Report = (path: string, message: string) => void;
type Unchecked = Readonly<Record<string, unknown>>;

const nameRule = 'expected a lower-case letter, then at most 62 of a-z, 0-9, _ and -';
const fieldTypes: readonly unknown[] = ['string', 'boolean', 'integer', 'string[]'] satisfies FieldDefinition['type'][];
const formats: readonly unknown[] = ['url', 'email'] satisfies FieldDefinition['format'][];
const levels: readonly unknown[] = ['instance', 'group', 'project'];
const integrationKeys = ['title', 'levels', 'fields'];
const fieldKeys = [
  'type',
  'required',
  'secret',
  'endpoint',
  'connection',
  'format',
  'allowedValues',
  'default',
  'title',
  'description',
];

/** Every fault of the definitions of a catalog, at paths such as `jira.url.type`; none where they are valid. */
export const findCatalogFaults = (definitions: unknown): readonly Issue[] => {
  const faults: Issue[] = [];
  const report: Report = (field, message) => faults.push({ field, message });
  if (!isObject(definitions)) {
    report('definitions', `is ${describe(definitions)}; expected an object of definitions by slug`);
    return faults;
  }
  for (const [slug, integration] of Object.entries(definitions)) {
    if (!isSlug(slug)) report(slug, `is not a slug; ${nameRule}`);
    checkIntegration(slug, integration, report);
  }
  return faults;
};

const checkIntegration = (path: string, integration: unknown, report: Report): void => {
  if (!isObject(integration)) return report(path, `is ${describe(integration)}; expected a definition`);
  checkKeys(path, integration, integrationKeys, report);
  checkType(path, integration, 'title', 'string', report);
  if (Object.hasOwn(integration, 'levels')) {
    checkSet(`${path}.levels`, integration['levels'], (level) => oneOf(levels, level), report);
  }
  const { fields } = integration;
  if (!isObject(fields))
    return report(`${path}.fields`, `is ${describe(fields)}; expected an object of fields by name`);
  for (const [name, field] of Object.entries(fields)) {
    if (name === 'active') report(`${path}.${name}`, 'is not a field name: every integration has this toggle');
    else if (!isSlug(name)) report(`${path}.${name}`, `is not a field name; ${nameRule}`);
    checkField(`${path}.${name}`, field, report);
  }
  checkConnection(path, Object.entries(fields).filter(hasDefinition), report);
};

const checkField = (path: string, field: unknown, report: Report): void => {
  if (!isObject(field)) return report(path, `is ${describe(field)}; expected a definition`);
  checkKeys(path, field, fieldKeys, report);
  for (const key of ['required', 'secret', 'endpoint', 'connection']) checkType(path, field, key, 'boolean', report);
  for (const key of ['title', 'description']) checkType(path, field, key, 'string', report);
  const { type } = field;
  const typeFault = oneOf(fieldTypes, type);
  if (typeFault !== undefined) return report(`${path}.type`, typeFault);
  for (const key of ['secret', 'endpoint']) {
    if (field[key] === true && type !== 'string')
      report(`${path}.${key}`, `is true; expected only where the type is "string"`);
  }
  if (Object.hasOwn(field, 'format')) checkFormat(`${path}.format`, field, report);
  if (Object.hasOwn(field, 'allowedValues')) checkAllowedValues(`${path}.allowedValues`, field, report);
  if (Object.hasOwn(field, 'default')) checkDefault(`${path}.default`, field, report);
};

const checkFormat = (path: string, { type, format }: Unchecked, report: Report): void => {
  const fault = oneOf(formats, format);
  if (fault !== undefined) report(path, fault);
  else if (type !== 'string' && type !== 'string[]') report(path, `is "${String(format)}"; expected only of strings`);
};

const checkAllowedValues = (path: string, { type, allowedValues }: Unchecked, report: Report): void => {
  if (type === 'boolean') return report(path, 'is given; expected only of strings and integers');
  const item: FieldDefinition = { type: type === 'integer' ? 'integer' : 'string' };
  checkSet(
    path,
    allowedValues,
    (value) => (value === '' ? 'is ""; expected no empty value' : describeBadValue(item, value)),
    report,
  );
};

/** Of the field's type, format and allowed values. An empty text is information that there is none. */
const checkDefault = (path: string, field: Unchecked, report: Report): void => {
  const { type, format, allowedValues, default: value } = field;
  if (type === 'string[]') return report(path, 'is given; expected none of a list');
  if (type === 'string' && value === '') return;
  const expected = {
    type,
    ...(oneOf(formats, format) === undefined ? { format } : {}),
    ...(Array.isArray(allowedValues) ? { allowedValues } : {}),
  };
  const fault = describeBadValue(expected as FieldDefinition, value);
  if (fault !== undefined) report(path, fault);
};

/**
 * What is marked needs a connection, which is an endpoint and a secret. A secret that is an address beside another secret
 * says whether secrets are sent there, for nothing else could tell.
 */
const checkConnection = (path: string, fields: readonly (readonly [string, Unchecked])[], report: Report): void => {
  const hasEndpoint = fields.some(([, field]) => field['endpoint'] === true);
  const secrets = fields.filter(([, field]) => field['secret'] === true);
  for (const [name, field] of fields) {
    if (field['connection'] === true && !(hasEndpoint && secrets.length > 0)) {
      report(`${path}.${name}.connection`, 'is true; expected only where there are an endpoint and a secret');
    }
    if (
      field['secret'] === true &&
      field['format'] === 'url' &&
      secrets.length > 1 &&
      field['endpoint'] === undefined
    ) {
      report(`${path}.${name}.endpoint`, 'is missing; expected true or false of a secret URL beside another secret');
    }
  }
};

const checkKeys = (path: string, object: Unchecked, known: readonly string[], report: Report): void => {
  for (const key of Object.keys(object)) {
    if (!known.includes(key)) report(`${path}.${key}`, `is not known; expected one of ${known.join(', ')}`);
  }
};

const checkType = (path: string, object: Unchecked, key: string, type: 'string' | 'boolean', report: Report): void => {
  if (!Object.hasOwn(object, key) || typeof object[key] === type) return;
  report(`${path}.${key}`, `is ${describe(object[key])}; expected a ${type}`);
};

/** A list of at least one, none twice. */
const checkSet = (
  path: string,
  list: unknown,
  faultOf: (item: unknown) => string | undefined,
  report: Report,
): void => {
  if (!Array.isArray(list)) return report(path, `is ${describe(list)}; expected a list`);
  if (list.length === 0) report(path, 'is empty; expected at least one');
  for (const [index, item] of list.entries()) {
    const fault = faultOf(item) ?? (list.indexOf(item) < index ? `is there twice: ${JSON.stringify(item)}` : undefined);
    if (fault !== undefined) report(`${path}.${index}`, fault);
  }
};

const oneOf = (known: readonly unknown[], value: unknown): string | undefined =>
  known.includes(value)
    ? undefined
    : `is ${typeof value === 'string' ? JSON.stringify(value) : describe(value)}; expected one of ${known.map((item) => `"${String(item)}"`).join(', ')}`;

const isObject = (value: unknown): value is Unchecked =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasDefinition = (entry: [string, unknown]): entry is [string, Unchecked] => isObject(entry[1]);
