import {
  type FieldValue,
  frozenResult,
  isSealed,
  type OwnField,
  type ReadingContext,
  sameFieldValue,
  sameScope,
  type ScopeRef,
  type SettingsState,
} from '@integration-settings/domain';
import { showStored } from '../effective-settings/show-stored.ts';
import type { AuditEntry } from '../read-model.ts';

/**
 * What differs between two states of a scope's own settings, as it was stored, understood or not; secrets masked.
 *
 * @param context - `undefined` where the catalog does not have the integration
 */
export const changedFields = (
  context: ReadingContext | undefined,
  scope: ScopeRef,
  before: SettingsState,
  after: SettingsState,
): AuditEntry['changed'] => {
  const [then, now] = [before, after].map((state) => shown(context, scope, state)) as [Shown, Shown];
  const changed: Record<string, AuditEntry['changed'][string]> = {};
  for (const name of new Set([...then.keys(), ...now.keys()])) {
    const [one, other] = [then.get(name), now.get(name)];
    if (!sameFieldValue(one, other)) changed[name] = Object.freeze({ before: one, after: other });
  }
  return frozenResult(changed);
};

type Shown = ReadonlyMap<string, FieldValue | null>;

/** What a scope has of its own, as `own` would show it. */
const shown = (context: ReadingContext | undefined, scope: ScopeRef, { own, era }: SettingsState): Shown => {
  const values = new Map<string, FieldValue | null>();
  if (own?.active !== undefined) values.set('active', own.active.value);
  for (const field of own?.fields ?? []) {
    const { name } = field;
    const isSecret = context?.compiled.fields.get(name)?.secret === true;
    const value = isErased(field, isSecret, scope, era)
      ? undefined
      : showStored(field.value, isSecret, () => ({
          id: context!.clearSecretId(field.cause.eventId, name),
          origin: scope,
          era,
        }));
    if (value !== undefined) values.set(name, value);
    else if (own?.kind === 'partial') values.set(name, null);
  }
  return values;
};

/** Whether an erasure at the scope itself ended a secret; those elsewhere are events of other streams. */
const isErased = ({ value, era }: OwnField, isSecret: boolean, scope: ScopeRef, eraNow: number): boolean => {
  if (value === null || !isSealed(value)) return isSecret && era < eraNow;
  return era < eraNow || (sameScope(value.$secret.origin, scope) && value.$secret.era < eraNow);
};
