import type { DecidedValue, SettingsEventBody } from '../events.ts';
import type { ScopeRef } from '../scope.ts';

/** The recorded event behind a value, a document or a lock. One object an event, shared by all that it set. */
export interface Cause {
  readonly eventId: string;
  readonly position: bigint;
  readonly at: string;
  readonly actor: string;
  readonly reason: string | undefined;
}

/** Stands for the event that a command would append, while its outcome is judged: newer than all that were. */
export const notAppended: Cause = Object.freeze({
  eventId: '',
  position: 2n ** 63n - 1n,
  at: '',
  actor: '',
  reason: undefined,
});

/** A stored field: its value as stored (`null`: own and empty), what set it, and the stream's era then. */
export interface OwnField {
  readonly name: string;
  readonly value: DecidedValue | null;
  readonly cause: Cause;
  readonly era: number;
}

/** What a scope itself holds for an integration: all of it (custom), or some fields (partial; never nothing). */
export interface OwnDocument {
  readonly kind: 'custom' | 'partial';
  /** `undefined`: not own; always own where custom. */
  readonly active: { readonly value: boolean; readonly cause: Cause } | undefined;
  /** Each name once. A list, since objects of many shapes cost several times as much to make and to keep. */
  readonly fields: readonly OwnField[];
  /** The newest event that touched the document. */
  readonly latest: Cause;
}

/** What a scope does not let those below deviate in. */
export interface OwnLock {
  readonly fields: 'whole' | readonly string[];
  readonly latest: Cause;
}

/** What one settings stream says. Immutable: a part that an event does not touch stays identical. */
export interface SettingsState {
  readonly own: OwnDocument | undefined;
  readonly lock: OwnLock | undefined;
  /** How often the secrets had been erased here. */
  readonly era: number;
  /** Whether an event of this era carried a value, which an erasure would have to reach. */
  readonly valuesInEra: boolean;
}

export const initialSettings: SettingsState = Object.freeze({
  own: undefined,
  lock: undefined,
  era: 0,
  valuesInEra: false,
});

/** Applies one event. Total: what does not fit changes nothing. The catalog is never asked (R28). */
export const evolveSettings = (state: SettingsState, event: SettingsEventBody, cause: Cause): SettingsState => {
  switch (event.type) {
    case 'InstanceDefaultSet':
    case 'GroupDefaultSet':
    case 'SwitchedToCustom':
      return withOwn(state, event.data.values, {
        kind: 'custom',
        active: { value: event.data.active, cause },
        fields: laidOver([], event.data.values, state.era, cause, 'drop'),
        latest: cause,
      });
    case 'InstanceDefaultChanged':
    case 'GroupDefaultChanged':
    case 'CustomSettingsChanged': {
      const { own } = state;
      if (own?.kind !== 'custom') return state;
      return withOwn(state, event.data.values, {
        kind: 'custom',
        active: event.data.active === undefined ? own.active : { value: event.data.active, cause },
        fields: laidOver(own.fields, event.data.values, state.era, cause, 'drop'),
        latest: cause,
      });
    }
    case 'InstanceDefaultReset':
    case 'GroupDefaultReset':
    case 'ProjectSettingsReset':
      return { ...state, own: undefined };
    case 'SwitchedToInherited':
      return {
        ...state,
        own:
          event.data.active === undefined
            ? undefined
            : { kind: 'partial', active: { value: event.data.active, cause }, fields: [], latest: cause },
      };
    case 'FieldsOverridden': {
      const { own } = state;
      if (own?.kind === 'custom') return state;
      return withOwn(state, event.data.values, {
        kind: 'partial',
        active: event.data.active === undefined ? own?.active : { value: event.data.active, cause },
        fields: laidOver(own?.fields ?? [], event.data.values, state.era, cause, 'keep'),
        latest: cause,
      });
    }
    case 'FieldsInherited': {
      const { own } = state;
      if (own === undefined) return state;
      const laid = laidOver(own.fields, event.data.values, state.era, cause, 'keep');
      const fields = laid.filter(({ name }) => !event.data.fields.includes(name));
      const active = event.data.fields.includes('active') ? undefined : own.active;
      const nothingLeft = active === undefined && fields.length === 0;
      return { ...state, own: nothingLeft ? undefined : { kind: 'partial', active, fields, latest: cause } };
    }
    case 'DefaultLocked': {
      const held = state.lock?.fields ?? [];
      const { fields } = event.data;
      if (fields === undefined || held === 'whole') return { ...state, lock: { fields: 'whole', latest: cause } };
      return { ...state, lock: { fields: [...new Set([...held, ...fields])], latest: cause } };
    }
    case 'DefaultUnlocked': {
      const { lock } = state;
      const lifted = event.data.fields;
      if (lock === undefined || lifted === undefined) return { ...state, lock: undefined };
      if (lock.fields === 'whole') return state;
      const left = lock.fields.filter((name) => !lifted.includes(name));
      return { ...state, lock: left.length === 0 ? undefined : { fields: left, latest: cause } };
    }
    case 'SecretsErased':
      return {
        ...state,
        own: state.own === undefined ? undefined : { ...state.own, latest: cause },
        era: state.era + 1,
        valuesInEra: false,
      };
    default:
      event satisfies never;
      return state;
  }
};

const withOwn = (state: SettingsState, values: object | undefined, own: OwnDocument): SettingsState => ({
  own,
  lock: state.lock,
  era: state.era,
  valuesInEra: state.valuesInEra || hasValue(values),
});

const hasValue = (values: object = {}): boolean => {
  for (const name in values)
    if ((values as Readonly<Record<string, unknown>>)[name] !== null && Object.hasOwn(values, name)) return true;
  return false;
};

/** The fields with the given ones laid over, last; an empty one is dropped (custom settings) or kept as own and empty (partial ones). */
const laidOver = (
  fields: readonly OwnField[],
  values: Readonly<Record<string, DecidedValue | null>> = {},
  era: number,
  cause: Cause,
  empty: 'drop' | 'keep',
): readonly OwnField[] => {
  const laid: OwnField[] = [];
  for (const name of Object.keys(values)) {
    const value = withoutCiphertext(values[name] ?? null);
    if (value !== null || empty === 'keep') laid.push({ name, value, cause, era });
  }
  // As long as it has to be, since documents stay.
  return fields.length === 0 ? laid.slice() : fields.filter(({ name }) => !Object.hasOwn(values, name)).concat(laid);
};

const withoutCiphertext = (value: DecidedValue | null): DecidedValue | null => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { id, origin, era } = (value as { readonly $secret: { id: string; origin: ScopeRef; era: number } }).$secret;
  return { $secret: { id, origin, era } };
};

/** A stored field by name. */
export const fieldOf = (document: OwnDocument | undefined, name: string): OwnField | undefined =>
  document?.fields.find((field) => field.name === name);
