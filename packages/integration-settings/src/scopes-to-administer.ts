import {
  type Command,
  groupOrInstance,
  type ScopeRef,
  scopeOfSettingsCommand,
  scopeOfStructureCommand,
  targetOf,
} from '@integration-settings/domain';
import { isSettingsCommand } from './decide.ts';

/** Registering needs the parent; moving needs the moved scope and the new parent; everything else the scope itself. */
export const scopesToAdminister = (command: Command): readonly ScopeRef[] => {
  if (isSettingsCommand(command)) return [scopeOfSettingsCommand(command)];
  switch (command.type) {
    case 'RegisterGroup':
      return [groupOrInstance(command.data.parent)];
    case 'RegisterProject':
      return [groupOrInstance(command.data.group)];
    default: {
      const target = targetOf(command);
      const scope = scopeOfStructureCommand(command);
      return target === undefined ? [scope] : [scope, target];
    }
  }
};
