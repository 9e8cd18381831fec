import type { Below } from '../commands.ts';
import type { DecidedValue, SettingsEventBody } from '../events.ts';
import type { ScopeRef } from '../scope.ts';

/** What changed of own settings, as bodies carry it. */
export interface Changed {
  readonly active?: boolean;
  readonly values?: Readonly<Record<string, DecidedValue | null>>;
}

/** The subject of an event that only scopes below the instance have. */
export const below = (scope: ScopeRef): Below => {
  if (scope === 'instance') throw new TypeError('The instance inherits from nothing.');
  return scope;
};

/** The event that begins complete settings of a scope. */
export const beginning = (
  scope: ScopeRef,
  body: {
    readonly integration: string;
    readonly active: boolean;
    readonly values: Readonly<Record<string, DecidedValue>>;
  },
): SettingsEventBody => {
  if (scope === 'instance') return { type: 'InstanceDefaultSet', data: body };
  return 'group' in scope
    ? { type: 'GroupDefaultSet', data: { group: scope.group, ...body } }
    : { type: 'SwitchedToCustom', data: { project: scope.project, ...body } };
};

/** The event that changes complete settings of a scope. */
export const changing = (scope: ScopeRef, integration: string, changed: Changed): SettingsEventBody => {
  if (scope === 'instance') return { type: 'InstanceDefaultChanged', data: { integration, ...changed } };
  return 'group' in scope
    ? { type: 'GroupDefaultChanged', data: { group: scope.group, integration, ...changed } }
    : { type: 'CustomSettingsChanged', data: { project: scope.project, integration, ...changed } };
};

/** The event that removes all that a scope has of its own. */
export const resetting = (scope: ScopeRef, integration: string): SettingsEventBody => {
  if (scope === 'instance') return { type: 'InstanceDefaultReset', data: { integration } };
  return 'group' in scope
    ? { type: 'GroupDefaultReset', data: { group: scope.group, integration } }
    : { type: 'ProjectSettingsReset', data: { project: scope.project, integration } };
};
