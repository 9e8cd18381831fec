import type { StructureCommand } from '../commands.ts';
import { CommandRejected } from '../errors.ts';
import type { StructureEventBody } from '../events.ts';
import { groupOrInstance, idOf, sameScope, scopeKey, type ScopeRef } from '../scope.ts';

/** What is known of a group's or project's place: never registered, there, or removed (itself or with a group above it). */
export type StructureState =
  | { readonly status: 'unknown' }
  | { readonly status: 'present'; readonly parent: ScopeRef; readonly name: string }
  | { readonly status: 'removed' };

/** What other streams know. Not asked where a command names no other place. */
export interface StructureSurroundings {
  /** Whether the parent or target that the command names is there. */
  readonly targetExists: boolean;
  /** Whether the target is the scope itself or lies below it. */
  readonly targetIsBelow: boolean;
}

/** The scope a structure command is for. */
export const scopeOfStructureCommand = (command: StructureCommand): Exclude<ScopeRef, 'instance'> =>
  'project' in command.data ? { project: command.data.project } : { group: command.data.group };

/** The parent or target that a structure command names. */
export const targetOf = (command: StructureCommand): ScopeRef | undefined => {
  switch (command.type) {
    case 'RegisterGroup':
    case 'MoveGroup':
      return groupOrInstance(command.data.parent);
    case 'RegisterProject':
    case 'TransferProject':
      return groupOrInstance(command.data.group);
    default:
      return undefined;
  }
};

/**
 * Decides what a structure command leads to. Repeating a command yields no event.
 *
 * @throws CommandRejected
 */
export const decideStructure = (
  command: StructureCommand,
  state: StructureState,
  around: StructureSurroundings,
): readonly StructureEventBody[] => {
  const scope = scopeOfStructureCommand(command);
  const target = targetOf(command);
  switch (command.type) {
    case 'RegisterGroup':
    case 'RegisterProject': {
      requireTarget(target, around);
      const id = idOf(scope);
      const name = command.data.name ?? id;
      if (state.status === 'unknown') return [registered(scope, target ?? 'instance', name)];
      if (state.status === 'present' && sameScope(state.parent, target) && state.name === name) return [];
      throw new CommandRejected(
        'AlreadyRegistered',
        `"${scopeKey(scope)}" was registered before, ${state.status === 'removed' ? 'and removed' : 'with another name or place'}.`,
      );
    }
    case 'MoveGroup':
    case 'TransferProject': {
      requirePresent(scope, state);
      requireTarget(target, around);
      if (sameScope(state.parent, target)) return [];
      if (around.targetIsBelow) {
        throw new CommandRejected(
          'WouldCycle',
          `"${scopeKey(scope)}" cannot move to "${scopeKey(target ?? 'instance')}", which lies below it.`,
        );
      }
      return [moved(scope, target ?? 'instance')];
    }
    case 'RenameGroup':
    case 'RenameProject':
      requirePresent(scope, state);
      return state.name === command.data.name ? [] : [renamed(scope, command.data.name)];
    case 'RemoveGroup':
    case 'RemoveProject':
      if (state.status === 'removed') return [];
      requirePresent(scope, state);
      return [removed(scope)];
    default:
      return command satisfies never;
  }
};

function requirePresent(
  scope: ScopeRef,
  state: StructureState,
): asserts state is Extract<StructureState, { readonly status: 'present' }> {
  if (state.status !== 'present') throw new CommandRejected('UnknownScope', `There is no scope "${scopeKey(scope)}".`);
}

const requireTarget = (target: ScopeRef | undefined, around: StructureSurroundings): void => {
  if (target !== undefined && !around.targetExists) {
    throw new CommandRejected('UnknownScope', `There is no scope "${scopeKey(target)}".`);
  }
};

const registered = (scope: Exclude<ScopeRef, 'instance'>, parent: ScopeRef, name: string): StructureEventBody => {
  const named = name === idOf(scope) ? {} : { name };
  return 'group' in scope
    ? {
        type: 'GroupRegistered',
        data: { group: scope.group, ...(parent === 'instance' ? {} : { parent: idOf(parent) }), ...named },
      }
    : { type: 'ProjectRegistered', data: { project: scope.project, ...groupAbove(parent), ...named } };
};

const moved = (scope: Exclude<ScopeRef, 'instance'>, parent: ScopeRef): StructureEventBody =>
  'group' in scope
    ? { type: 'GroupMoved', data: { group: scope.group, ...(parent === 'instance' ? {} : { parent: idOf(parent) }) } }
    : { type: 'ProjectTransferred', data: { project: scope.project, ...groupAbove(parent) } };

const groupAbove = (parent: ScopeRef): { readonly group?: string } =>
  parent === 'instance' ? {} : { group: idOf(parent) };

const renamed = (scope: Exclude<ScopeRef, 'instance'>, name: string): StructureEventBody =>
  'group' in scope
    ? { type: 'GroupRenamed', data: { group: scope.group, name } }
    : { type: 'ProjectRenamed', data: { project: scope.project, name } };

const removed = (scope: Exclude<ScopeRef, 'instance'>): StructureEventBody =>
  'group' in scope
    ? { type: 'GroupRemoved', data: { group: scope.group } }
    : { type: 'ProjectRemoved', data: { project: scope.project } };
