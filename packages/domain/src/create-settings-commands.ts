import type { GivenValues } from './catalog/definition.ts';
import type { NamesFields } from './commands-of.ts';
import type { AtOrBelow, Below } from './commands.ts';
import { create, type Created } from './create-command.ts';
import type { ScopeRef } from './scope.ts';

/** The "Enabled" toggle; left out: as it was, and on where nothing was. */
export interface ToggleOption {
  readonly active?: boolean;
}

type ScopeBelow = Exclude<ScopeRef, 'instance'>;
type Locker = 'instance' | { readonly group: string };
type AtGroupOrInstance = { readonly group: string | null };
type MaybeValues = GivenValues | undefined;

// What a call infers comes from its arguments only, never from where its result goes: hence `NoInfer`.
interface For<I extends string> {
  readonly integration: I;
}
interface Fields<F extends string> {
  readonly fields?: readonly NoInfer<F>[];
}
interface Values<V extends MaybeValues> extends NamesFields<NamesIn<NoInfer<V>>> {
  readonly values?: NoInfer<Exclude<V, undefined>>;
}
type NamesIn<V extends MaybeValues> = V extends GivenValues ? keyof V & string : never;
type Given<I extends string, V extends MaybeValues> = For<I> & ToggleOption & Values<V>;

/** Sets the instance's default, or changes what is given of it. */
export const setInstanceDefault = <I extends string, const V extends MaybeValues = undefined>(
  integration: I,
  values?: V,
  options?: ToggleOption,
): Created<'SetInstanceDefault', Given<I, V>> => create('SetInstanceDefault', given(integration, values, options));

/** Removes all that the instance has of its own. */
export const resetInstanceDefault = <I extends string>(integration: I): Created<'ResetInstanceDefault', For<I>> =>
  create('ResetInstanceDefault', { integration });

/** Sets a group's default, or changes what is given of it. */
export const setGroupDefault = <I extends string, const V extends MaybeValues = undefined>(
  group: string,
  integration: I,
  values?: V,
  options?: ToggleOption,
): Created<'SetGroupDefault', { readonly group: string } & Given<I, V>> =>
  create('SetGroupDefault', { group, ...given(integration, values, options) });

/** Removes all that a group has of its own. */
export const resetGroupDefault = <I extends string>(
  group: string,
  integration: I,
): Created<'ResetGroupDefault', { readonly group: string } & For<I>> =>
  create('ResetGroupDefault', { group, integration });

/** Begins custom settings as a copy of what is effective, with the values laid over it. */
export const switchToCustom = <I extends string, const V extends MaybeValues = undefined>(
  scope: ScopeBelow,
  integration: I,
  values?: V,
  options?: ToggleOption,
): Created<'SwitchToCustom', Below & Given<I, V>> =>
  create('SwitchToCustom', { ...below(scope), ...given(integration, values, options) });

/** Changes what is given of custom settings that there are. */
export const changeCustomSettings = <I extends string, const V extends MaybeValues = undefined>(
  scope: ScopeBelow,
  integration: I,
  values?: V,
  options?: ToggleOption,
): Created<'ChangeCustomSettings', Below & Given<I, V>> =>
  create('ChangeCustomSettings', { ...below(scope), ...given(integration, values, options) });

/** Drops what is own, so that the latest default holds; a toggle that differs from it is kept as own. */
export const switchToInherited = <I extends string>(
  scope: ScopeBelow,
  integration: I,
  options?: ToggleOption,
): Created<'SwitchToInherited', Below & For<I> & ToggleOption> =>
  create('SwitchToInherited', { ...below(scope), integration, ...toggle(options) });

/** Removes all that a project has of its own. */
export const resetProjectSettings = <I extends string>(
  project: string,
  integration: I,
): Created<'ResetProjectSettings', { readonly project: string } & For<I>> =>
  create('ResetProjectSettings', { project, integration });

/** Makes only these fields own; `null`: own and empty. */
export const overrideFields = <I extends string, const V extends MaybeValues = undefined>(
  scope: ScopeBelow,
  integration: I,
  values?: V,
  options?: ToggleOption,
): Created<'OverrideFields', Below & Given<I, V>> =>
  create('OverrideFields', { ...below(scope), ...given(integration, values, options) });

/** Gives fields back to the default; `active` is one of them. */
export const inheritFields = <I extends string, F extends string>(
  scope: ScopeBelow,
  integration: I,
  fields: readonly F[],
): Created<'InheritFields', Below & For<I> & Required<Fields<F>>> =>
  create('InheritFields', { ...below(scope), integration, fields });

/** Locks the whole default or, besides what is locked, these fields; with `only` exactly these stay locked. */
export const lockDefault = <I extends string, F extends string = never>(
  scope: Locker,
  integration: I,
  fields?: readonly F[],
  options?: { readonly only?: boolean },
): Created<'LockDefault', AtGroupOrInstance & For<I> & (Fields<F> | (Required<Fields<F>> & { readonly only: true }))> =>
  create('LockDefault', {
    ...atGroup(scope),
    integration,
    ...(fields === undefined ? {} : { fields }),
    ...(options?.only === true ? { only: true } : {}),
  });

/** Lifts the lock, or that of these fields. */
export const unlockDefault = <I extends string, F extends string = never>(
  scope: Locker,
  integration: I,
  fields?: readonly F[],
): Created<'UnlockDefault', AtGroupOrInstance & For<I> & Fields<F>> =>
  create('UnlockDefault', { ...atGroup(scope), integration, ...(fields === undefined ? {} : { fields }) });

/** Makes every secret of the scope, and copies of what was entered there, unreadable for ever. */
export const eraseSecrets = <I extends string>(
  scope: ScopeRef,
  integration: I,
): Created<'EraseSecrets', AtOrBelow & For<I>> => create('EraseSecrets', { ...atOrBelow(scope), integration });

/** Gives a scope the own settings, not the locks, that it had at a position: a decimal string. */
export const revertSettings = <I extends string>(
  scope: ScopeRef,
  integration: I,
  to: string,
): Created<'RevertSettings', AtOrBelow & For<I> & { readonly to: string }> =>
  create('RevertSettings', { ...atOrBelow(scope), integration, to });

const given = (integration: string, values: MaybeValues, options: ToggleOption | undefined): object => ({
  integration,
  ...toggle(options),
  ...(values === undefined ? {} : { values }),
});

const toggle = (options: ToggleOption | undefined): ToggleOption =>
  options?.active === undefined ? {} : { active: options.active };

const below = (scope: ScopeBelow): Below => ('project' in scope ? { project: scope.project } : { group: scope.group });

const atGroup = (scope: Locker): AtGroupOrInstance => ({ group: scope === 'instance' ? null : scope.group });

const atOrBelow = (scope: ScopeRef): AtOrBelow => (scope === 'instance' ? atGroup(scope) : below(scope));
