import { isScopeId, type ScopeRef } from '@integration-settings/domain';
import { usageError } from './command-line-error.ts';

/** What `--help` says of a scope. */
export const scopeHelp = 'instance, group/ID or project/ID';

/** Reads `instance`, `group/ID` or `project/ID`; all after the first slash is the id. @throws CommandLineError */
export const parseScope = (text: string): ScopeRef => {
  if (text === 'instance') return text;
  const [, level, id] = /^(group|project)\/(.*)$/s.exec(text) ?? [];
  if (!isScopeId(id)) throw usageError(`"${text}" is no scope; expected ${scopeHelp}.`);
  return level === 'group' ? { group: id } : { project: id };
};

/** A group or project. @throws CommandLineError for the instance */
export const parseScopeBelow = (text: string): Exclude<ScopeRef, 'instance'> => {
  const scope = parseScope(text);
  if (scope === 'instance') throw usageError('The instance has no place here; expected group/ID or project/ID.');
  return scope;
};

/** The id of a group, `null` for the instance, as commands name a place. @throws CommandLineError for a project */
export const parsePlace = (text: string): string | null => {
  const scope = parseScope(text);
  if (scope === 'instance') return null;
  if ('project' in scope) throw usageError('A project has no place here; expected instance or group/ID.');
  return scope.group;
};
