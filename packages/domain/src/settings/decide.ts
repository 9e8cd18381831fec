import type { Command, SettingsCommandType } from '../commands.ts';
import type { SettingsEventBody } from '../events.ts';
import { groupOrInstance, type ScopeRef, scopeOf } from '../scope.ts';
import { lock, lockSubject, unlock } from './locks.ts';
import { change, inherit, override, reset, setOrChange, switchToInherited } from './own-settings.ts';
import type { PreparedValues } from './prepare-values.ts';
import { revert } from './revert.ts';
import { requireKnown, type SettingsSurroundings, type Situation } from './situation.ts';
import type { SettingsState } from './state.ts';

type WithPrepared<D> = D extends unknown
  ? 'values' extends keyof D
    ? Omit<D, 'values'> & { readonly values?: PreparedValues }
    : D
  : never;
/** A settings command whose values were checked one by one, and hold no secret's text. */
export type PreparedSettingsCommand<T extends SettingsCommandType = SettingsCommandType> = {
  [K in T]: { readonly type: K; readonly data: WithPrepared<Command<K>['data']> };
}[T];

/**
 * Decides what a settings command leads to on one scope. Repeating a command yields no event.
 *
 * @throws CommandRejected, SecretsNotConfigured; of several reasons the first that R25 lists
 */
export const decideSettings = (
  command: PreparedSettingsCommand,
  state: SettingsState,
  around: SettingsSurroundings,
): readonly SettingsEventBody[] => {
  const situation: Situation = {
    scope: scopeOfSettingsCommand(command),
    integration: command.data.integration,
    state,
    around,
  };
  switch (command.type) {
    case 'SetInstanceDefault':
    case 'SetGroupDefault':
    case 'SwitchToCustom':
      return setOrChange(situation, command.data);
    case 'ChangeCustomSettings':
      return change(situation, command.data);
    case 'SwitchToInherited':
      return switchToInherited(situation, command.data.active);
    case 'OverrideFields':
      return override(situation, command.data);
    case 'InheritFields':
      return inherit(situation, command.data.fields);
    case 'ResetInstanceDefault':
    case 'ResetGroupDefault':
    case 'ResetProjectSettings':
      return reset(situation);
    case 'LockDefault':
      return lock(situation, command.data.fields, command.data.only === true);
    case 'UnlockDefault':
      return unlock(situation, command.data.fields);
    case 'EraseSecrets':
      return eraseSecrets(situation);
    case 'RevertSettings':
      return revert(situation);
    default:
      return command satisfies never;
  }
};

/** The scope a settings command is for. Without a group or project in its body it is for the instance. */
export const scopeOfSettingsCommand = (command: { readonly type: string; readonly data: object }): ScopeRef => {
  const { group, project } = command.data as { readonly group?: string | null; readonly project?: string };
  return project === undefined ? groupOrInstance(group) : scopeOf({ project });
};

/** Appends whenever there is anything to reach: the fold does not know which values in clear are secrets. */
const eraseSecrets = (situation: Situation): readonly SettingsEventBody[] => {
  const { state, scope, integration, around } = situation;
  requireKnown(situation);
  if (!state.valuesInEra && around.copiedElsewhere !== true) return [];
  const subject = typeof scope === 'object' && 'project' in scope ? scope : lockSubject(scope);
  return [{ type: 'SecretsErased', data: { ...subject, integration } }];
};
