import fc from 'fast-check';
import type { IntegrationDefinition } from '../catalog/definition.ts';
import type { SettingsCommand } from '../commands.ts';
import { fold } from '../decider.ts';
import { isCommandRejected } from '../errors.ts';
import type { DecidedValue, SettingsEventBody } from '../events.ts';
import type { ScopeRef } from '../scope.ts';
import { historyOf, secretMarkOf, secretOf, settingsDeciderFor } from '../testing/index.ts';
import type { ScopeSettings } from './resolve.ts';
import { alpha, apollo, beta, eventsOf, instance, tracker } from './settings.fixture.ts';

/** Definitions of one integration over time: fields come, go, grow into a connection, become required or secret. */
export const definitions: readonly IntegrationDefinition[] = [
  tracker,
  { fields: { url: { type: 'string' }, token: { type: 'string' }, title: { type: 'string', required: true } } },
  {
    fields: {
      title: { type: 'string', secret: true },
      url: { type: 'string', endpoint: true },
      api_url: { type: 'string', endpoint: true },
      retries: { type: 'integer', connection: true },
      labels: { type: 'string[]' },
    },
  },
  {
    fields: {
      token: { type: 'string', secret: true, endpoint: true },
      title: { type: 'string', secret: true, endpoint: false },
      retries: { type: 'integer' },
    },
  },
];

/** The scopes of a path, from the instance down. */
export const pathScopes: readonly ScopeRef[] = [instance, alpha, beta, apollo];

const fieldNames = ['url', 'api_url', 'username', 'token', 'title', 'retries', 'labels', 'gone'];
const address = fc.constantFrom('https://a.example', 'https://b.example');
const text = fc.constantFrom('a', 'b');
const plain: fc.Arbitrary<DecidedValue> = fc.oneof(text, address, fc.integer({ min: 0, max: 2 }), fc.constant(['a']));
const secret = fc.constantFrom('s', 't').map((text) => secretOf(text, instance));
const stored: fc.Arbitrary<DecidedValue | null> = fc.oneof(plain, secret, fc.constant(null));
const names = fc.uniqueArray(fc.constantFrom(...fieldNames, 'active'), { minLength: 1, maxLength: 3 });

const eventOf = (scope: ScopeRef): fc.Arbitrary<SettingsEventBody> => {
  const { group, project } = scope === 'instance' ? {} : (scope as { group?: string; project?: string });
  const subject = { ...(group === undefined ? {} : { group }), ...(project === undefined ? {} : { project }) };
  const begins =
    scope === instance ? 'InstanceDefaultSet' : project === undefined ? 'GroupDefaultSet' : 'SwitchedToCustom';
  const body = (type: string, data: object): SettingsEventBody =>
    ({ type, data: { ...subject, integration: 'tracker', ...data } }) as SettingsEventBody;
  const complete = fc
    .record({ active: fc.boolean(), values: fc.dictionary(fc.constantFrom(...fieldNames), fc.oneof(plain, secret)) })
    .map((data) => body(begins, data));
  const overriding = fc
    .record(
      { active: fc.boolean(), values: fc.dictionary(fc.constantFrom(...fieldNames), stored, { minKeys: 1 }) },
      { requiredKeys: ['values'] },
    )
    .map((data) => body('FieldsOverridden', data));
  const givingBack = names.map((fields) => body('FieldsInherited', { fields }));
  const locking = fc.option(names, { nil: undefined }).map((fields) => eventsOf('tracker').locked(group, fields));
  const unlocking = fc.constant(eventsOf('tracker').unlocked(group));
  const resetting = fc.constant(body('SwitchedToInherited', {}));
  if (scope === instance) return fc.oneof(complete, locking, unlocking);
  if (project !== undefined) return fc.oneof(complete, overriding, givingBack, resetting);
  return fc.oneof(complete, overriding, overriding, givingBack, resetting, locking, locking, unlocking);
};

/** A scope after some events, which need not be what commands would lead to. */
export const scopeHistory = (scope: ScopeRef): fc.Arbitrary<ScopeSettings> =>
  fc.array(eventOf(scope), { maxLength: 4 }).map((events) => historyOf(scope, ...events));

/** A path of up to four scopes. */
export const path: fc.Arbitrary<readonly ScopeSettings[]> = fc
  .tuple(fc.integer({ min: 1, max: pathScopes.length }), ...pathScopes.map(scopeHistory))
  .map(([length, ...scopes]) => scopes.slice(0, length));

const given = fc.record(
  {
    url: fc.oneof(address, fc.constant(null)),
    api_url: fc.oneof(address, fc.constant('')),
    username: fc.oneof(text, fc.constant(null)),
    token: fc.oneof(fc.constantFrom('s', 't', '********', null), fc.constant(secretMarkOf('s', instance))),
    title: fc.oneof(text, fc.constant(null)),
    retries: fc.oneof(fc.constantFrom(0, 1), fc.constant(null)),
    labels: fc.constantFrom(['a'], ['b', 'a'], []),
    priority: fc.constantFrom('low', 'high'),
  },
  { requiredKeys: [] },
);

const settingsData = fc.record({ active: fc.boolean(), values: given }, { requiredKeys: [] });
const commandFields = fc.uniqueArray(fc.constantFrom('url', 'token', 'title', 'labels', 'active'), {
  minLength: 1,
  maxLength: 3,
});

/** Commands for a scope, of every type that it takes. */
export const commandFor = (scope: ScopeRef): fc.Arbitrary<SettingsCommand> => {
  const place = scope === instance ? { group: null } : scope;
  const of = (type: SettingsCommand['type'], data: fc.Arbitrary<object>): fc.Arbitrary<SettingsCommand> =>
    data.map((rest) => ({ type, data: { ...place, integration: 'tracker', ...rest } }) as SettingsCommand);
  const locks = [
    of('LockDefault', fc.record({ fields: commandFields }, { requiredKeys: [] })),
    of('LockDefault', fc.record({ fields: commandFields, only: fc.constant(true) })),
    of('UnlockDefault', fc.record({ fields: commandFields }, { requiredKeys: [] })),
  ];
  const erase = of('EraseSecrets', fc.constant({}));
  if (scope === instance) {
    return fc.oneof(
      of('SetInstanceDefault', settingsData),
      of('ResetInstanceDefault', fc.constant({})),
      erase,
      ...locks,
    );
  }
  const common = [
    of('SwitchToCustom', settingsData),
    of('ChangeCustomSettings', settingsData),
    of('SwitchToInherited', fc.record({ active: fc.boolean() }, { requiredKeys: [] })),
    of('OverrideFields', settingsData),
    of('InheritFields', fc.record({ fields: commandFields })),
    erase,
  ];
  return 'group' in scope
    ? fc.oneof(...common, of('SetGroupDefault', settingsData), of('ResetGroupDefault', fc.constant({})), ...locks)
    : fc.oneof(...common, of('ResetProjectSettings', fc.constant({})));
};

/** One command for one scope of the path. */
export const step: fc.Arbitrary<{ readonly at: number; readonly command: SettingsCommand }> = fc
  .nat({ max: pathScopes.length - 1 })
  .chain((at) => commandFor(pathScopes[at] ?? instance).map((command) => ({ at, command })));

/** What a command leads to at one scope of a path; no events where it is rejected. */
export const decideAt = (
  path: readonly ScopeSettings[],
  at: number,
  command: SettingsCommand,
  definition: IntegrationDefinition = tracker,
): readonly SettingsEventBody[] | 'rejected' => {
  const own = path[at];
  if (own === undefined) throw new RangeError('There is no such scope on the path.');
  try {
    return settingsDeciderFor('tracker', definition).decide(command, own.state, { above: path.slice(0, at) });
  } catch (error) {
    if (isCommandRejected(error)) return 'rejected';
    throw error;
  }
};

const { evolve } = settingsDeciderFor('tracker', tracker);

/** The path after events at one of its scopes. */
export const appendedAt = (
  path: readonly ScopeSettings[],
  at: number,
  events: readonly SettingsEventBody[],
): readonly ScopeSettings[] =>
  path.map((scope, index) =>
    index === at ? { scope: scope.scope, state: fold({ initialState: scope.state, evolve }, events) } : scope,
  );

/** The path after commands, those that are rejected left out. */
export const pathAfter = (
  steps: readonly { readonly at: number; readonly command: SettingsCommand }[],
  definition: IntegrationDefinition = tracker,
  start: readonly ScopeSettings[] = pathScopes.map((scope) => historyOf(scope)),
): readonly ScopeSettings[] => {
  let path = start;
  for (const { at, command } of steps) {
    const events = decideAt(path, at, command, definition);
    if (events !== 'rejected') path = appendedAt(path, at, events);
  }
  return path;
};
