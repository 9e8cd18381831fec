import { isAccepted } from '../catalog/check-value.ts';
import type { FieldDefinition, FieldValue, IntegrationDefinition } from '../catalog/definition.ts';
import type { ScopeRef } from '../scope.ts';
import { SecretMark } from '../secret-ref.ts';
import type { ScopeSettings } from './resolve.ts';

/**
 * R1 to R6 and R21(a) once more, as sentences about one field at one scope, without a step, a merge or a shared object: slow,
 * and nothing like `resolve`.
 */
export const naively = (definition: IntegrationDefinition, path: readonly ScopeSettings[]) => {
  const fields = Object.entries<FieldDefinition>(definition.fields);
  const hasConnection = fields.some(([, field]) => field.endpoint) && fields.some(([, field]) => field.secret);
  const isBound = (name: string): boolean =>
    definition.fields[name]?.secret === true || (definition.fields[name]?.connection === true && !isEndpoint(name));
  const isEndpoint = (name: string): boolean => definition.fields[name]?.endpoint === true;
  const isConnected = (name: string): boolean => hasConnection && (isBound(name) || isEndpoint(name));

  const ownAt = (at: number) => path[at]?.state.own;
  /** The nearest scope at or above with custom settings that no whole lock hides. */
  const sourceAt = (at: number): number | undefined => {
    for (let index = at; index >= 0; index -= 1) {
      if (ownAt(index)?.kind === 'custom' && !isWhollyLocked(index)) return index;
    }
    return undefined;
  };
  /** A lock holds while something is effective where it stands. */
  const lockAt = (at: number) => (sourceAt(at) === undefined ? undefined : path[at]?.state.lock?.fields);
  const above = (at: number): readonly number[] => [...Array(Math.max(at, 0)).keys()];
  const isWhollyLocked = (at: number): boolean => above(at).some((index) => lockAt(index) === 'whole');
  const covers = (lock: 'whole' | readonly string[] | undefined, name: string): boolean =>
    lock === 'whole' || (lock ?? []).some((locked) => locked === name || (isConnected(locked) && isConnected(name)));
  const isLocked = (at: number, name: string): boolean => above(at).some((index) => covers(lockAt(index), name));

  const owns = (at: number, name: string): boolean => {
    const stored = ownAt(at)?.fields.map((field) => field.name) ?? [];
    if (ownAt(at)?.kind === 'custom' || stored.includes(name)) return true;
    if (!isConnected(name)) return false;
    return stored.some(isBound) || (stored.some(isEndpoint) && isBound(name));
  };
  const valueOf = (at: number, name: string): FieldValue | undefined => {
    const value = ownAt(at)?.fields.find((stored) => stored.name === name)?.value;
    const field = definition.fields[name];
    if (value === undefined || value === null || field === undefined) return undefined;
    if (typeof value === 'object' && '$secret' in value) {
      return field.type === 'string' ? new SecretMark(value.$secret) : undefined;
    }
    if (!isAccepted(field, value)) return undefined;
    const scope = path[at]?.scope ?? 'instance';
    return field.secret ? new SecretMark({ id: `in clear ${name}`, origin: scope, era: 0 }) : value;
  };

  /** From the scope upwards: the first document that counts for this field and owns it. */
  const supplier = (at: number, isOwn: (index: number) => boolean, name: string): number | undefined => {
    for (let index = at; index >= 0; index -= 1) {
      const counts = sourceAt(index) !== undefined && !isLocked(index, name);
      if (ownAt(index) !== undefined && counts && isOwn(index)) return index;
    }
    return undefined;
  };

  const at = path.length - 1;
  const source = sourceAt(at);
  const hidden = isWhollyLocked(at) && ownAt(at) !== undefined;
  const values: Record<string, FieldValue> = {};
  const sources: Record<string, ScopeRef | undefined> = {};
  for (const [name] of fields) {
    const from = supplier(at, (index) => owns(index, name), name);
    const value = from === undefined ? undefined : valueOf(from, name);
    if (value !== undefined && from !== undefined) {
      values[name] = value;
      sources[name] = path[from]?.scope;
    }
  }
  const switched = supplier(at, (index) => ownAt(index)?.active !== undefined, 'active');
  const locker = above(at).find((index) => lockAt(index) !== undefined);
  return {
    mode: source === undefined ? 'unconfigured' : hidden ? 'inherited' : (ownAt(at)?.kind ?? 'inherited'),
    source: source === undefined ? undefined : path[source]?.scope,
    active: switched === undefined ? undefined : ownAt(switched)?.active?.value,
    values,
    sources,
    missing:
      source === undefined
        ? []
        : fields.filter(([name, { required }]) => required && !(name in values)).map(([name]) => name),
    hidden,
    lockedBy: locker === undefined ? undefined : path[locker]?.scope,
  };
};
