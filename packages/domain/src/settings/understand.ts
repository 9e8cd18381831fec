import { isAccepted } from '../catalog/check-value.ts';
import type { CompiledDefinition } from '../catalog/compile.ts';
import type { FieldDefinition, FieldValue } from '../catalog/definition.ts';
import type { DecidedValue } from '../events.ts';
import type { ScopeRef } from '../scope.ts';
import { SecretMark } from '../secret-ref.ts';
import { fieldOf, type OwnDocument, type OwnField } from './state.ts';

/** What reading stored settings needs beside them. All of it is data of one integration. */
export interface ReadingContext {
  readonly compiled: CompiledDefinition;
  /** How often the secrets entered at a scope have been erased; 0 where never. */
  readonly eraOf: (origin: ScopeRef) => number;
  /** The id of a value stored in clear that the definition now calls secret: UUID v5 of `eventId + "/" + field`. */
  readonly clearSecretId: (eventId: string, field: string) => string;
}

/** A field that a document has of its own, as today's definition reads it. */
export interface Understood {
  /** `undefined`: own and empty, erased, or not understood. */
  readonly value: FieldValue | undefined;
  /** What stored it; `undefined` where the connection makes it own without its being stored (R21). */
  readonly stored: OwnField | undefined;
  /** Why something stored counts as empty. */
  readonly absence?: 'erased' | 'not understood';
}

/**
 * Reads a stored document with today's definition: the fields it has of its own, connections closed (R21), values that are
 * erased or not accepted counted as own and empty (R28). Custom documents own every field; only those with something
 * stored are listed.
 */
export const understand = (
  context: ReadingContext,
  scope: ScopeRef,
  streamEra: number,
  document: OwnDocument,
): ReadonlyMap<string, Understood> => {
  const { compiled } = context;
  const result = new Map<string, Understood>();
  const owned = document.kind === 'custom' ? undefined : ownedFields(compiled, document);
  for (const [name, field] of compiled.fields) {
    const stored = fieldOf(document, name);
    if (stored !== undefined) result.set(name, readStored(context, scope, streamEra, name, field, stored));
    else if (owned?.has(name) === true) result.set(name, { value: undefined, stored: undefined });
  }
  return result;
};

/** The fields that a partial document owns: the stored ones, and what the connection adds to them (R21). */
const ownedFields = (compiled: CompiledDefinition, document: OwnDocument): ReadonlySet<string> => {
  const owned = new Set(document.fields.map(({ name }) => name));
  const { connection } = compiled;
  if (connection === undefined) return owned;
  if (connection.bound.some((name) => owned.has(name))) for (const name of connection.members) owned.add(name);
  else if (connection.endpoints.some((name) => owned.has(name))) for (const name of connection.bound) owned.add(name);
  return owned;
};

const readStored = (
  context: ReadingContext,
  scope: ScopeRef,
  streamEra: number,
  name: string,
  field: FieldDefinition,
  stored: OwnField,
): Understood => {
  const { value } = stored;
  if (value === null) return { value: undefined, stored };
  if (isErased(context, streamEra, field, stored)) return { value: undefined, stored, absence: 'erased' };
  if (isSealed(value)) {
    return field.type === 'string' ? { value: new SecretMark(value.$secret), stored } : notUnderstood(stored);
  }
  if (!isAccepted(field, value)) return notUnderstood(stored);
  if (field.secret !== true) return { value: Array.isArray(value) ? Object.freeze([...value]) : value, stored };
  const id = context.clearSecretId(stored.cause.eventId, name);
  return { value: new SecretMark({ id, origin: scope, era: streamEra }), stored };
};

/** Whether a stored secret, sealed or in clear, was erased: with its stream, or where it was entered. */
export const isErased = (
  context: ReadingContext,
  streamEra: number,
  field: FieldDefinition | undefined,
  { value, era }: OwnField,
): boolean => {
  if (value === null) return false;
  if (!isSealed(value)) return field?.secret === true && era < streamEra;
  return era < streamEra || value.$secret.era < context.eraOf(value.$secret.origin);
};

const notUnderstood = (stored: OwnField): Understood => ({ value: undefined, stored, absence: 'not understood' });

/** Whether a stored value is a sealed secret. */
export const isSealed = (value: DecidedValue | null): value is Extract<DecidedValue, { readonly $secret: unknown }> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether two values of a read are the same: secrets by id, lists by their items in order. */
export const sameFieldValue = (one: FieldValue | null | undefined, other: FieldValue | null | undefined): boolean => {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((item, index) => item === other[index]);
  }
  return !Array.isArray(other) && (one as SecretMark).id === (other as SecretMark).id;
};
