import { describe } from './catalog/check-value.ts';
import type { Command, Commands } from './commands.ts';
import { CommandRejected } from './errors.ts';
import type { Issue } from './issue.ts';
import { describeBadName } from './scope.ts';

type Check = (value: unknown) => string | undefined;
type Shape = Readonly<Record<string, { readonly check: Check; readonly optional?: true }>>;

const text: Check = (value) => (typeof value === 'string' ? undefined : `is ${describe(value)}; expected a string`);
const name: Check = (value) => text(value) ?? describeBadName(value as string);
const id = name;
const idOrNull: Check = (value) =>
  value === null
    ? undefined
    : typeof value === 'string'
      ? id(value)
      : `is ${describe(value)}; expected an id, or null for the instance`;
const toggle: Check = (value) =>
  typeof value === 'boolean' ? undefined : `is ${describe(value)}; expected true or false`;
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
};
const values: Check = (value) => {
  if (!isRecord(value)) return `is ${describe(value)}; expected an object of values by field`;
  const missing = Object.keys(value).filter((key) => value[key] === undefined);
  return missing.length === 0
    ? undefined
    : `has undefined for ${missing.map((key) => JSON.stringify(key)).join(', ')}; expected a value, or null for empty`;
};
const ignored: Check = () => undefined;
const fields: Check = (value) => {
  if (!Array.isArray(value) || ![...value].every((item) => typeof item === 'string')) {
    return `is ${Array.isArray(value) ? 'a list of other things' : describe(value)}; expected a list of field names`;
  }
  return value.length === 0 ? 'is empty; expected at least one field name' : undefined;
};
const position: Check = (value) =>
  typeof value === 'string' && /^(-1|0|[1-9]\d{0,18})$/.test(value)
    ? undefined
    : `is ${typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : describe(value)}; expected a position as a decimal string`;
const onlyTrue: Check = (value) => (value === true ? undefined : `is ${describe(value)}; expected true, or no key`);

const one = (check: Check): { readonly check: Check } => ({ check });
const may = (check: Check): { readonly check: Check; readonly optional: true } => ({ check, optional: true });

const integration = one(text);
const given = { integration, active: may(toggle), values: may(values) };

/** What each command's `data` may have; `below` and `atOrBelow` stand for exactly one of `project` and `group`. */
const shapes: { readonly [K in keyof Commands]: { readonly keys: Shape; readonly scope?: 'below' | 'atOrBelow' } } = {
  SetInstanceDefault: { keys: given },
  ResetInstanceDefault: { keys: { integration } },
  SetGroupDefault: { keys: { group: one(id), ...given } },
  ResetGroupDefault: { keys: { group: one(id), integration } },
  SwitchToCustom: { keys: given, scope: 'below' },
  ChangeCustomSettings: { keys: given, scope: 'below' },
  SwitchToInherited: { keys: { ...given, values: may(ignored) }, scope: 'below' },
  ResetProjectSettings: { keys: { project: one(id), integration } },
  OverrideFields: { keys: given, scope: 'below' },
  InheritFields: { keys: { integration, fields: one(fields) }, scope: 'below' },
  LockDefault: { keys: { group: one(idOrNull), integration, fields: may(fields), only: may(onlyTrue) } },
  UnlockDefault: { keys: { group: one(idOrNull), integration, fields: may(fields) } },
  EraseSecrets: { keys: { integration }, scope: 'atOrBelow' },
  RevertSettings: { keys: { integration, to: one(position) }, scope: 'atOrBelow' },
  RegisterGroup: { keys: { group: one(id), parent: one(idOrNull), name: may(name) } },
  MoveGroup: { keys: { group: one(id), parent: one(idOrNull) } },
  RenameGroup: { keys: { group: one(id), name: one(name) } },
  RemoveGroup: { keys: { group: one(id) } },
  RegisterProject: { keys: { project: one(id), group: one(idOrNull), name: may(name) } },
  TransferProject: { keys: { project: one(id), group: one(idOrNull) } },
  RenameProject: { keys: { project: one(id), name: one(name) } },
  RemoveProject: { keys: { project: one(id) } },
};

/** The types of all commands. */
export const commandTypes: readonly (keyof Commands)[] = Object.keys(shapes) as (keyof Commands)[];

interface Form {
  readonly keys: Shape;
  readonly scope?: 'below' | 'atOrBelow';
  /** The keys once more, in the order in which their faults are told. */
  readonly listed: readonly ({ readonly key: string } & Shape[string])[];
}

const forms: ReadonlyMap<string, Form> = new Map(
  commandTypes.map((type) => {
    const shape = shapes[type];
    return [type, { ...shape, listed: Object.entries(shape.keys).map(([key, form]) => ({ key, ...form })) }];
  }),
);

/**
 * Checks the form of a command, every fault at once. Values are not looked into: that is for the definition.
 *
 * @returns a copy, so that whoever gave the command may go on changing it
 * @throws CommandRejected `InvalidCommand`
 */
export const parseCommand = (input: unknown): Command => {
  const issues = isRecord(input)
    ? faultsOf(input)
    : [{ field: 'command', message: `is ${describe(input)}; expected an object` }];
  if (issues.length > 0) throw new CommandRejected('InvalidCommand', 'The command is malformed.', issues);
  const { type, data } = input as Command;
  return { type, data: copied(data) } as Command;
};

/** Bodies have lists of names, and values that are at most lists. */
const copied = (data: Command['data']): object => {
  const copy: Record<string, unknown> = { ...data };
  for (const key in copy) {
    const value = copy[key];
    if (typeof value !== 'object' || !Object.hasOwn(copy, key)) continue;
    if (Array.isArray(value)) copy[key] = [...(value as unknown[])];
    else if (key === 'values' && isRecord(value)) copy[key] = withListsCopied(value);
  }
  return copy;
};

const withListsCopied = (values: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Array.isArray(value) ? [...(value as unknown[])] : value]),
  );

const faultsOf = (input: Readonly<Record<string, unknown>>): readonly Issue[] => {
  const { type, data } = input;
  const issues: Issue[] = [];
  for (const key in input)
    // without a list of the keys: every command is looked at
    if (key !== 'type' && key !== 'data' && Object.hasOwn(input, key)) issues.push(unlisted(key));
  const form = typeof type === 'string' ? forms.get(type) : undefined;
  if (form === undefined) {
    const found = typeof type === 'string' ? JSON.stringify(type.slice(0, 80)) : describe(type);
    return [...issues, { field: 'type', message: `is ${found}; expected the type of a command` }];
  }
  if (!isRecord(data)) return [...issues, { field: 'data', message: `is ${describe(data)}; expected an object` }];
  const { keys, listed, scope } = form;
  if (scope !== undefined) issues.push(...scopeFaults(data, scope));
  for (const { key, check, optional } of listed) {
    if (Object.hasOwn(data, key)) {
      const message = data[key] === undefined ? 'is undefined; leave the key out, or give a value' : check(data[key]);
      if (message !== undefined) issues.push({ field: key, message });
    } else if (optional !== true) issues.push({ field: key, message: 'is missing' });
  }
  const combined = combinedFault(type as string, data);
  if (combined !== undefined) issues.push(combined);
  for (const key in data) {
    const isOfScope = scope !== undefined && (key === 'project' || key === 'group');
    if (!isOfScope && !Object.hasOwn(keys, key) && Object.hasOwn(data, key)) issues.push(unlisted(key));
  }
  return issues;
};

const unlisted = (field: string): Issue => ({ field, message: 'is not a key of this command' });

const scopeFaults = (data: Readonly<Record<string, unknown>>, scope: 'below' | 'atOrBelow'): readonly Issue[] => {
  const hasProject = Object.hasOwn(data, 'project');
  const hasGroup = Object.hasOwn(data, 'group');
  if (hasProject === hasGroup) {
    return [
      {
        field: 'project',
        message: `and "group" are both ${hasProject ? 'given' : 'missing'}; expected exactly one of them`,
      },
    ];
  }
  const key = hasProject ? 'project' : 'group';
  const message = (key === 'group' && scope === 'atOrBelow' ? idOrNull : id)(data[key]);
  return message === undefined ? [] : [{ field: key, message }];
};

/** A fault that no key has by itself. */
const combinedFault = (type: string, data: Readonly<Record<string, unknown>>): Issue | undefined => {
  const has = (key: string): boolean => Object.hasOwn(data, key);
  if (type === 'OverrideFields' && !has('active') && (!has('values') || isEmptyRecord(data['values'])))
    return { field: 'values', message: 'has no field and "active" is missing; expected at least one of both' };
  if (type === 'LockDefault' && data['only'] === true && !has('fields'))
    return { field: 'fields', message: 'is missing; "only" needs the fields that stay locked' };
  return undefined;
};

const isEmptyRecord = (value: unknown): boolean => isRecord(value) && Object.keys(value).length === 0;
