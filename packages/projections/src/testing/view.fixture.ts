import type { Catalog, RecordedEvent, SecretIdentity, ScopeRef } from '@integration-settings/domain';
import type { Effect } from '../effective-settings/view.ts';
import { EffectiveSettingsView } from '../effective-settings/view.ts';
import { catalog as smallCatalog } from './catalogs.fixture.ts';
import { type Body, Log } from './log.fixture.ts';

/** A view and the log it folds, grown event by event. */
export class Story {
  readonly log = new Log();
  readonly view: EffectiveSettingsView;

  constructor(catalog: Catalog = smallCatalog) {
    this.view = new EffectiveSettingsView('integrations', catalog);
  }

  /** Records each event as a command of its own and applies it. @returns what the last one did */
  tell(...bodies: readonly Body[]): Effect {
    return this.apply(...this.log.record(...bodies));
  }

  apply(...events: readonly RecordedEvent[]): Effect {
    let last: Effect | undefined;
    for (const event of events) this.view.apply(event, (effect) => (last = effect));
    if (last === undefined) throw new Error('No event took effect.');
    return last;
  }
}

type Values = Readonly<Record<string, unknown>>;
const event = (type: string, data: object): Body => ({ type, data }) as Body;
const kindOf = (scope: ScopeRef): 0 | 1 | 2 => (scope === 'instance' ? 0 : 'group' in scope ? 1 : 2);
const subject = (scope: ScopeRef, integration: string): object =>
  scope === 'instance' ? { integration } : { ...scope, integration };

/** Event bodies, by what they do; `tracker` where no integration is named. */
export const does = {
  registerGroup: (group: string, parent?: string, name?: string) =>
    event('GroupRegistered', {
      group,
      ...(parent === undefined ? {} : { parent }),
      ...(name === undefined ? {} : { name }),
    }),
  registerProject: (project: string, group?: string, name?: string) =>
    event('ProjectRegistered', {
      project,
      ...(group === undefined ? {} : { group }),
      ...(name === undefined ? {} : { name }),
    }),
  moveGroup: (group: string, parent?: string) =>
    event('GroupMoved', { group, ...(parent === undefined ? {} : { parent }) }),
  moveProject: (project: string, group?: string) =>
    event('ProjectTransferred', { project, ...(group === undefined ? {} : { group }) }),
  renameProject: (project: string, name: string) => event('ProjectRenamed', { project, name }),
  removeGroup: (group: string) => event('GroupRemoved', { group }),
  removeProject: (project: string) => event('ProjectRemoved', { project }),
  set: (scope: ScopeRef, values: Values = {}, active = true, integration = 'tracker') =>
    event(['InstanceDefaultSet', 'GroupDefaultSet', 'SwitchedToCustom'][kindOf(scope)]!, {
      ...subject(scope, integration),
      active,
      values,
    }),
  change: (scope: ScopeRef, values: Values, integration = 'tracker') =>
    event(['InstanceDefaultChanged', 'GroupDefaultChanged', 'CustomSettingsChanged'][kindOf(scope)]!, {
      ...subject(scope, integration),
      values,
    }),
  reset: (scope: ScopeRef, integration = 'tracker') =>
    event(
      ['InstanceDefaultReset', 'GroupDefaultReset', 'ProjectSettingsReset'][kindOf(scope)]!,
      subject(scope, integration),
    ),
  override: (scope: ScopeRef, values: Values, active?: boolean, integration = 'tracker') =>
    event('FieldsOverridden', {
      ...subject(scope, integration),
      ...(active === undefined ? {} : { active }),
      values,
    }),
  lock: (scope: ScopeRef, fields?: readonly string[], integration = 'tracker') =>
    event('DefaultLocked', { ...subject(scope, integration), ...(fields === undefined ? {} : { fields }) }),
  unlock: (scope: ScopeRef, fields?: readonly string[], integration = 'tracker') =>
    event('DefaultUnlocked', { ...subject(scope, integration), ...(fields === undefined ? {} : { fields }) }),
  erase: (scope: ScopeRef, integration = 'tracker') => event('SecretsErased', subject(scope, integration)),
};

/** A secret as events store it. */
export const sealed = (id: string, origin: ScopeRef, era = 0): { readonly $secret: SecretIdentity } => ({
  $secret: { v: 1, id, origin, era, key: 'key', nonce: 'nonce', text: 'text' } as SecretIdentity,
});
