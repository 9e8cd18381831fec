import {
  type Cause,
  type DecidedValue,
  isAccepted,
  isSealed,
  type OwnDocument,
  type OwnField,
  type ReadingContext,
  type ScopeRef,
  type SettingsState,
} from '@integration-settings/domain';

/** What folding goes on from: without who, when and why, which the tables do not show, and without the text of any secret. */
interface StoredState {
  readonly own?: {
    readonly kind: OwnDocument['kind'];
    readonly active?: boolean;
    readonly fields: Readonly<Record<string, readonly [value: DecidedValue | null, era: number]>>;
  };
  readonly lock?: 'whole' | readonly string[];
  readonly era: number;
}

/** Behind all that is read back. */
const unsaid: Cause = Object.freeze({ eventId: '', position: -1n, at: '', actor: '', reason: undefined });

/** As JSON. */
export const writeState = (context: ReadingContext, scope: ScopeRef, { own, lock, era }: SettingsState): string => {
  const stored: StoredState = {
    ...(own === undefined ? {} : { own: writeDocument(context, scope, own) }),
    ...(lock === undefined ? {} : { lock: lock.fields }),
    era,
  };
  return JSON.stringify(stored);
};

const writeDocument = (
  context: ReadingContext,
  scope: ScopeRef,
  { kind, active, fields }: OwnDocument,
): NonNullable<StoredState['own']> => ({
  kind,
  ...(active === undefined ? {} : { active: active.value }),
  fields: Object.fromEntries(fields.map((field) => [field.name, [withoutSecret(context, scope, field), field.era]])),
});

/**
 * A value that no secret can be read from: in place of a secret in clear one that is sealed, with the same origin and era;
 * in place of what the definition does not know, or knows as a secret and does not accept, one that it does not accept either.
 */
const withoutSecret = (
  { compiled }: ReadingContext,
  scope: ScopeRef,
  { name, value, era }: OwnField,
): DecidedValue | null => {
  if (value === null || isSealed(value)) return value;
  const definition = compiled.fields.get(name);
  if (definition === undefined) return null;
  if (definition.secret !== true) return value;
  return isAccepted(definition, value) ? { $secret: { id: '', origin: scope, era } } : false;
};

export const readState = (json: string): SettingsState => {
  const { own, lock, era } = JSON.parse(json) as StoredState;
  return {
    own: own === undefined ? undefined : readDocument(own),
    lock: lock === undefined ? undefined : { fields: lock, latest: unsaid },
    era,
    valuesInEra: false,
  };
};

const readDocument = ({ kind, active, fields }: NonNullable<StoredState['own']>): OwnDocument => ({
  kind,
  active: active === undefined ? undefined : { value: active, cause: unsaid },
  fields: Object.entries(fields).map(([name, [value, era]]) => ({ name, value, era, cause: unsaid })),
  latest: unsaid,
});
