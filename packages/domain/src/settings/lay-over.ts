import type { CompiledDefinition } from '../catalog/compile.ts';
import type { FieldValue } from '../catalog/definition.ts';
import type { Issue } from '../issue.ts';
import { SecretMark } from '../secret-ref.ts';
import type { PreparedValue, PreparedValues } from './prepare-values.ts';
import { sameFieldValue } from './understand.ts';

/** Values by field; an empty one is not there. */
export type Values = ReadonlyMap<string, FieldValue>;

/** What given values make of the document that a command starts from. */
export interface LaidOver {
  readonly values: Values;
  /** The fields that the command decides on: the given ones, and the secrets it drops. */
  readonly decided: ReadonlySet<string>;
  readonly issues: readonly Issue[];
}

/**
 * Lays the given values over a document. Where that changes an endpoint of the connection, from empty and to empty included,
 * every other secret of the connection that was not entered again is dropped: a secret never travels to an address that its
 * owner did not choose (R21).
 *
 * @param start - what is there; a mask stands for it, and means "not given" where nothing is
 * @param holds - what is effective, which a lock may keep different from what is there; a reference may name either
 */
export const layOver = (
  compiled: CompiledDefinition,
  start: Values,
  prepared: PreparedValues,
  holds: Values,
): LaidOver => {
  const values = new Map(start);
  const decided = new Set<string>();
  const issues: Issue[] = [...prepared.issues];
  for (const [name, given] of prepared.values) {
    const present = start.get(name);
    if (isKept(given, present)) {
      const fault = describeForeignReference(given, [present, holds.get(name)]);
      if (fault !== undefined) issues.push({ field: name, message: fault });
      else if (present !== undefined) decided.add(name);
      continue;
    }
    if (given.kind === 'plain' && given.fault !== undefined) issues.push({ field: name, message: given.fault });
    decided.add(name);
    if (given.kind === 'empty') values.delete(name);
    else if (given.kind === 'entered') values.set(name, given.secret);
    else if (given.kind === 'plain') values.set(name, given.value);
  }
  for (const name of droppedSecrets(compiled, start, values, prepared.values)) {
    values.delete(name);
    decided.add(name);
  }
  return { values, decided, issues };
};

/** A secret's text is "entered" also where it is the same again; a mask or a reference is not entering. */
const droppedSecrets = (
  compiled: CompiledDefinition,
  start: Values,
  values: Values,
  given: ReadonlyMap<string, PreparedValue>,
): readonly string[] => {
  const { connection } = compiled;
  if (connection === undefined) return [];
  if (connection.endpoints.every((name) => sameFieldValue(start.get(name), values.get(name)))) return [];
  return connection.secrets.filter((name) => {
    const kind = given.get(name)?.kind;
    return kind !== 'entered' && kind !== 'same';
  });
};

/** Whether a given value means "unchanged": the mask where a read shows one, a reference, or the same text again. */
export const isKept = (given: PreparedValue, present: FieldValue | undefined): boolean =>
  given.kind === 'kept' ||
  given.kind === 'same' ||
  (given.kind === 'plain' && present instanceof SecretMark && given.value === present.toString());

const describeForeignReference = (
  given: PreparedValue,
  there: readonly (FieldValue | undefined)[],
): string | undefined => {
  if (given.kind !== 'kept' || given.id === undefined) return undefined;
  return there.some((value) => value instanceof SecretMark && value.id === given.id)
    ? undefined
    : 'is a reference to another secret than the one that is there';
};
