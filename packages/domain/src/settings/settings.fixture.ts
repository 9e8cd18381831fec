import type { IntegrationDefinition } from '../catalog/definition.ts';
import type { DecidedValue, SettingsEventBody, SettingsEvents } from '../events.ts';
import { historyOf, settingsDeciderFor, specFor } from '../testing/index.ts';
import type { ScopeSettings } from './resolve.ts';

/** A connection of two addresses, a name and a secret, and some fields beside it. */
export const tracker = {
  fields: {
    url: { type: 'string', format: 'url', endpoint: true, required: true },
    api_url: { type: 'string', format: 'url', endpoint: true },
    username: { type: 'string', connection: true },
    token: { type: 'string', secret: true, required: true },
    title: { type: 'string' },
    retries: { type: 'integer' },
    labels: { type: 'string[]' },
    priority: { type: 'string', allowedValues: ['low', 'high'] },
  },
} satisfies IntegrationDefinition;

/** No connection: a required text, a secret that is sent to a fixed place, and others. */
export const pager = {
  fields: {
    number: { type: 'string', required: true },
    pin: { type: 'string', secret: true },
    color: { type: 'string' },
    loud: { type: 'boolean' },
  },
} satisfies IntegrationDefinition;

export const instance = 'instance';
export const alpha = { group: 'alpha' };
export const beta = { group: 'beta' };
export const apollo = { project: 'apollo' };

/** Specifications of `tracker`, of `pager`, and of any definition. */
export const givenOf = (integration: string, definition: IntegrationDefinition) =>
  specFor(settingsDeciderFor(integration, definition));
export const given = givenOf('tracker', tracker);
export const givenPager = givenOf('pager', pager);

type Data<T extends keyof SettingsEvents> = Omit<SettingsEvents<DecidedValue>[T], 'integration'>;
type Values = Readonly<Record<string, DecidedValue>>;

const event = (type: keyof SettingsEvents, data: object): SettingsEventBody => ({ type, data }) as SettingsEventBody;

/** Event bodies of one integration. */
export const eventsOf = (integration: string) => ({
  instanceSet: (values: Values = {}, active = true) => event('InstanceDefaultSet', { integration, active, values }),
  instanceChanged: (changes: Data<'InstanceDefaultChanged'>) =>
    event('InstanceDefaultChanged', { integration, ...changes }),
  instanceReset: () => event('InstanceDefaultReset', { integration }),
  groupSet: (group: string, values: Values = {}, active = true) =>
    event('GroupDefaultSet', { group, integration, active, values }),
  groupChanged: ({ group, ...changes }: Data<'GroupDefaultChanged'>) =>
    event('GroupDefaultChanged', { group, integration, ...changes }),
  groupReset: (group: string) => event('GroupDefaultReset', { group, integration }),
  customSet: (values: Values = {}, active = true) =>
    event('SwitchedToCustom', { project: 'apollo', integration, active, values }),
  customChanged: (changes: Omit<Data<'CustomSettingsChanged'>, 'project'>) =>
    event('CustomSettingsChanged', { project: 'apollo', integration, ...changes }),
  projectReset: () => event('ProjectSettingsReset', { project: 'apollo', integration }),
  toInherited: (active?: boolean) =>
    event('SwitchedToInherited', { project: 'apollo', integration, ...(active === undefined ? {} : { active }) }),
  overridden: (values?: Readonly<Record<string, DecidedValue | null>>, active?: boolean) =>
    event('FieldsOverridden', {
      project: 'apollo',
      integration,
      ...(active === undefined ? {} : { active }),
      ...(values === undefined ? {} : { values }),
    }),
  groupOverridden: (group: string, values: Readonly<Record<string, DecidedValue | null>>) =>
    event('FieldsOverridden', { group, integration, values }),
  inherited: (fields: readonly string[], values?: Readonly<Record<string, null>>) =>
    event('FieldsInherited', {
      project: 'apollo',
      integration,
      fields,
      ...(values === undefined ? {} : { values }),
    }),
  locked: (group: string | undefined, fields?: readonly string[]) =>
    event('DefaultLocked', lockData(group, integration, fields)),
  unlocked: (group: string | undefined, fields?: readonly string[]) =>
    event('DefaultUnlocked', lockData(group, integration, fields)),
  erased: (subject: { readonly group?: string; readonly project?: string } = {}) =>
    event('SecretsErased', { ...subject, integration }),
});

const lockData = (group: string | undefined, integration: string, fields: readonly string[] | undefined) => ({
  ...(group === undefined ? {} : { group }),
  integration,
  ...(fields === undefined ? {} : { fields }),
});

export const trackerEvents = eventsOf('tracker');
export const pagerEvents = eventsOf('pager');

/** The instance, with what was done there. */
export const atInstance = (...events: readonly SettingsEventBody[]): ScopeSettings => historyOf('instance', ...events);
/** The group alpha, with what was done there. */
export const atAlpha = (...events: readonly SettingsEventBody[]): ScopeSettings => historyOf(alpha, ...events);
/** The group beta, with what was done there. */
export const atBeta = (...events: readonly SettingsEventBody[]): ScopeSettings => historyOf(beta, ...events);
/** What stands above a scope, from the instance down. */
export const below = (...above: readonly ScopeSettings[]): { readonly above: readonly ScopeSettings[] } => ({ above });
