import type { DecidedValue, SettingsEventBody } from '../events.ts';
import type { ScopeRef } from '../scope.ts';
import { SecretMark } from '../secret-ref.ts';
import { beginning, below, resetting } from './event-bodies.ts';
import { concluded, readingContextOf, requireLevel, requireNotLocked, type Situation, toStored } from './situation.ts';
import type { OwnDocument } from './state.ts';
import { isErased, isSealed, understand } from './understand.ts';

/** Own settings as they were; what is locked, missing or no longer understood comes back as it was. */
export const revert = (situation: Situation): readonly SettingsEventBody[] => {
  const { state, scope, integration, around } = situation;
  readingContextOf(situation);
  requireLevel(situation);
  requireNotLocked(situation);
  const then = restorable(situation, around.asOf?.own);
  const now = restorable(situation, state.own);
  if (sameRestorable(then, now)) return [];
  return concluded(situation, restoring(scope, integration, then), { mayBeIncomplete: true });
};

/** A document as it can be brought back: erased secrets are absent, those in clear will be sealed. */
interface Restorable {
  readonly kind: 'custom' | 'partial';
  readonly active: boolean | undefined;
  readonly values: Readonly<Record<string, DecidedValue | null>>;
}

const restorable = (situation: Situation, document: OwnDocument | undefined): Restorable | undefined => {
  if (document === undefined) return undefined;
  const context = readingContextOf(situation);
  const { scope, state } = situation;
  const understood = understand(context, scope, state.era, document);
  const values: Record<string, DecidedValue | null> = {};
  for (const stored of document.fields) {
    const { name } = stored;
    const secret = understood.get(name)?.value;
    if (secret instanceof SecretMark) values[name] = toStored(secret);
    else if (!isErased(context, state.era, context.compiled.fields.get(name), stored)) values[name] = stored.value;
    else if (document.kind === 'partial') values[name] = null;
  }
  return { kind: document.kind, active: document.active?.value, values };
};

const restoring = (
  scope: ScopeRef,
  integration: string,
  then: Restorable | undefined,
): readonly SettingsEventBody[] => {
  if (then === undefined) return [resetting(scope, integration)];
  if (then.kind === 'custom') {
    const values = then.values as Readonly<Record<string, DecidedValue>>;
    return [beginning(scope, { integration, active: then.active ?? true, values })];
  }
  const active = then.active === undefined ? {} : { active: then.active };
  const values = Object.keys(then.values).length === 0 ? {} : { values: then.values };
  return [
    { type: 'SwitchedToInherited', data: { ...below(scope), integration } },
    { type: 'FieldsOverridden', data: { ...below(scope), integration, ...active, ...values } },
  ];
};

const sameRestorable = (one: Restorable | undefined, other: Restorable | undefined): boolean => {
  if (one === undefined || other === undefined) return one === other;
  const names = new Set([...Object.keys(one.values), ...Object.keys(other.values)]);
  return (
    one.kind === other.kind &&
    one.active === other.active &&
    [...names].every((name) => sameStored(one.values[name], other.values[name]))
  );
};

const sameStored = (one: DecidedValue | null | undefined, other: DecidedValue | null | undefined): boolean =>
  one !== undefined && other !== undefined && isSealed(one) && isSealed(other)
    ? one.$secret.id === other.$secret.id
    : JSON.stringify(one) === JSON.stringify(other);
