import { compileDefinition } from '../catalog/compile.ts';
import type { IntegrationDefinition } from '../catalog/definition.ts';
import type { SettingsCommand } from '../commands.ts';
import type { Decider } from '../decider.ts';
import type { DecidedValue, SettingsEventBody } from '../events.ts';
import { scopeKey, type ScopeRef } from '../scope.ts';
import { SecretMark } from '../secret-ref.ts';
import { decideSettings, type PreparedSettingsCommand, scopeOfSettingsCommand } from '../settings/decide.ts';
import { type PreparedValue, prepareValues } from '../settings/prepare-values.ts';
import { nothingAbove, resolve, type ScopeSettings } from '../settings/resolve.ts';
import { type Cause, evolveSettings, initialSettings, type SettingsState } from '../settings/state.ts';
import { type ReadingContext, understand } from '../settings/understand.ts';

/** What stands around the scope of a command; whatever is left out is as a command meets it on a quiet day. */
export interface SpecSurroundings {
  /** The scopes above, from the instance down. */
  readonly above?: readonly ScopeSettings[];
  /** Scopes elsewhere: their erasures reach what was entered there. */
  readonly elsewhere?: readonly ScopeSettings[];
  /** `true`, unless it is said that there is no keyring. */
  readonly canSeal?: boolean;
  /** The catalog has lost the integration; its events are still in the log. */
  readonly lost?: boolean;
  /** The log has no event of the integration. */
  readonly unheardOf?: boolean;
  /** Of an erasure: another stream holds a secret of this origin and era. */
  readonly copiedElsewhere?: boolean;
  /** Of a revert: the events of the stream up to the moment asked for. */
  readonly asOf?: readonly SettingsEventBody[];
}

/** The decider of settings for one integration, in the form of `specFor`: it takes commands as a host writes them. */
export const settingsDeciderFor = (
  integration: string,
  definition: IntegrationDefinition,
): Decider<SettingsState, SettingsCommand, SettingsEventBody, SpecSurroundings | undefined> => ({
  initialState: initialSettings,
  evolve: (state, event) => evolveSettings(state, event, someCause),
  decide: (command, state, around = {}) => {
    const { above = [], elsewhere = [], canSeal = true, lost = false, unheardOf = false } = around;
    const scope = scopeOfSettingsCommand(command);
    const context = readingContextFor(integration, definition, [...elsewhere, ...above, { scope, state }]);
    return decideSettings(prepareForSpec(context, command, state), state, {
      context: lost ? undefined : context,
      above: above.length === 0 ? nothingAbove : resolve(context, above).passedDown,
      canSeal,
      known: !unheardOf,
      copiedElsewhere: around.copiedElsewhere === true,
      ...(around.asOf === undefined ? {} : { asOf: historyOf(scope, ...around.asOf).state }),
    });
  },
});

/** A scope with what events have made of its settings. */
export const historyOf = (scope: ScopeRef, ...events: readonly SettingsEventBody[]): ScopeSettings => ({
  scope,
  state: events.reduce((state, event) => evolveSettings(state, event, someCause), initialSettings),
});

/** How the given scopes are read: with this definition, and with the erasures that these scopes have seen. */
export const readingContextFor = (
  integration: string,
  definition: IntegrationDefinition,
  scopes: readonly ScopeSettings[] = [],
): ReadingContext => {
  const eras = new Map(scopes.map(({ scope, state }) => [scopeKey(scope), state.era]));
  return {
    compiled: compileDefinition(integration, definition),
    eraOf: (origin) => eras.get(scopeKey(origin)) ?? 0,
    clearSecretId: (eventId, field) => `${eventId}/${field}`,
  };
};

/** A secret as events hold it before it is sealed. Its id is made of the text, so that a specification can name it. */
export const secretOf = (
  text: string,
  origin: ScopeRef,
  era = 0,
): Extract<DecidedValue, { readonly $secret: unknown }> => ({ $secret: { id: `secret ${text}`, origin, era } });

/** The same secret as a read hands it out. */
export const secretMarkOf = (text: string, origin: ScopeRef, era = 0): SecretMark =>
  new SecretMark(secretOf(text, origin, era).$secret);

/**
 * Prepares a settings command as a command handler does: values checked, secrets' texts replaced by what stands for them.
 * A text that the scope has entered before, and still has, is the same secret.
 */
export const prepareForSpec = (
  context: ReadingContext,
  command: SettingsCommand,
  state: SettingsState,
): PreparedSettingsCommand => {
  if (!('values' in command.data) || command.type === 'SwitchToInherited') {
    const { values: _, ...data } = command.data as { readonly values?: unknown };
    return { type: command.type, data } as PreparedSettingsCommand;
  }
  const scope = scopeOfSettingsCommand(command);
  const own = state.own === undefined ? new Map() : understand(context, scope, state.era, state.own);
  const enter = (field: string, text: string): PreparedValue => {
    const secret = secretMarkOf(text, scope, state.era);
    const present: unknown = own.get(field)?.value;
    const isSame =
      present instanceof SecretMark && present.id === secret.id && scopeKey(present.origin) === scopeKey(scope);
    return isSame ? { kind: 'same' } : { kind: 'entered', secret };
  };
  const values = prepareValues(context.compiled, command.data.values, enter);
  return { type: command.type, data: { ...command.data, values } } as PreparedSettingsCommand;
};

const someCause: Cause = {
  eventId: '00000000-0000-5000-8000-000000000000',
  position: 0n,
  at: '2026-01-01T00:00:00.000Z',
  actor: 'somebody',
  reason: undefined,
};
