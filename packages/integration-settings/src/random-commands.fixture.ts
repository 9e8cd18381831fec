import type { Command, ScopeRef } from '@integration-settings/domain';
import fc from 'fast-check';

const groups = ['a', 'b', 'c', 'd'];
const projects = ['p', 'q', 'r', 's', 't', 'u'];
const integrations = ['chat', 'tracker'] as const;

const group = fc.constantFrom(...groups);
const project = fc.constantFrom(...projects);
const place = fc.option(group, { nil: null, freq: 3 });
const integration = fc.constantFrom(...integrations);
const active = fc.option(fc.boolean(), { nil: undefined, freq: 2 });
const below = fc.oneof(fc.record({ group }), fc.record({ project }), fc.record({ project }));
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> =>
  fc.option(fc.option(value, { nil: null, freq: 6 }), { nil: undefined, freq: 2 });

/** Without the keys that are `undefined`: a command refuses them. */
const defined = <T extends object>(data: T): T =>
  Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined)) as T;

/** Values of one of the integrations, few of each so that the same ones meet; the secrets' texts are given. */
const settings = (secret: fc.Arbitrary<string>): fc.Arbitrary<object> =>
  integration.chain((integration) =>
    fc
      .record({
        integration: fc.constant(integration),
        active,
        values: (integration === 'chat'
          ? fc.record({ channel: maybe(fc.constantFrom('x', 'y')), notify: maybe(fc.constantFrom('all', 'none')) })
          : fc.record({
              url: maybe(fc.constantFrom('https://one.example', 'https://other.example')),
              token: maybe(secret),
              board: maybe(fc.constantFrom('x', 'y')),
            })
        ).map((values: object) => defined(values)),
      })
      .map((data) => defined(data)),
  );

const fieldsOf = (integration: (typeof integrations)[number]): readonly string[] =>
  integration === 'chat' ? ['channel', 'notify', 'active'] : ['url', 'token', 'board', 'active'];
const someFields = integration.chain((integration) =>
  fc.record({
    integration: fc.constant(integration),
    fields: fc.uniqueArray(fc.constantFrom(...fieldsOf(integration)), { minLength: 1, maxLength: 2 }),
  }),
);

const command = (type: Command['type'], data: fc.Arbitrary<object>): fc.Arbitrary<Command> =>
  data.map((data) => ({ type, data: defined(data) }) as unknown as Command);
const both = (...parts: readonly fc.Arbitrary<object>[]): fc.Arbitrary<object> =>
  fc.tuple(...parts).map((all) => Object.assign({}, ...all) as object);
const about = fc.record({ integration });

/** Commands about a small tree, of every type but reverts; many of them are refused. */
export const randomCommand = (
  secret: fc.Arbitrary<string> = fc.constantFrom('hush-1', 'hush-2'),
): fc.Arbitrary<Command> => {
  const given = settings(secret);
  return fc.oneof(
    { weight: 4, arbitrary: command('SetInstanceDefault', given) },
    { weight: 4, arbitrary: command('SetGroupDefault', both(fc.record({ group }), given)) },
    { weight: 4, arbitrary: command('SwitchToCustom', both(below, given)) },
    { weight: 2, arbitrary: command('ChangeCustomSettings', both(below, given)) },
    { weight: 4, arbitrary: command('OverrideFields', both(below, given)) },
    { weight: 2, arbitrary: command('InheritFields', both(below, someFields)) },
    { weight: 2, arbitrary: command('SwitchToInherited', both(below, about, fc.record({ active }))) },
    { weight: 1, arbitrary: command('ResetInstanceDefault', about) },
    { weight: 1, arbitrary: command('ResetGroupDefault', both(fc.record({ group }), about)) },
    { weight: 1, arbitrary: command('ResetProjectSettings', both(fc.record({ project }), about)) },
    { weight: 1, arbitrary: command('LockDefault', both(fc.record({ group: place }), about)) },
    { weight: 2, arbitrary: command('LockDefault', both(fc.record({ group: place }), someFields)) },
    { weight: 2, arbitrary: command('UnlockDefault', both(fc.record({ group: place }), about)) },
    { weight: 1, arbitrary: command('EraseSecrets', both(fc.oneof(below, fc.record({ group: place })), about)) },
    { weight: 2, arbitrary: command('MoveGroup', fc.record({ group, parent: place })) },
    { weight: 2, arbitrary: command('TransferProject', fc.record({ project, group: place })) },
    { weight: 1, arbitrary: command('RenameGroup', fc.record({ group, name: fc.constantFrom('One', 'Two') })) },
    {
      weight: 1,
      arbitrary: command('RegisterProject', fc.record({ project: fc.constantFrom('v', 'w'), group: place })),
    },
    { weight: 1, arbitrary: command('RemoveGroup', fc.record({ group })) },
    { weight: 1, arbitrary: command('RemoveProject', fc.record({ project })) },
  );
};

/** Registers the tree that random commands are about: some groups in others, some projects in each. */
export const smallTree: readonly Command[] = [
  ...groups.map((group, index) => ({
    type: 'RegisterGroup' as const,
    data: { group, parent: index === 1 || index === 2 ? groups[index - 1]! : null },
  })),
  ...projects.map((project, index) => ({
    type: 'RegisterProject' as const,
    data: { project, group: index === 5 ? null : groups[index % groups.length]! },
  })),
];

/** All scopes of the small tree, and those that random commands may register. */
export const smallTreeScopes: readonly ScopeRef[] = [
  'instance',
  ...groups.map((group) => ({ group })),
  ...[...projects, 'v', 'w'].map((project) => ({ project })),
];
export const smallTreeIntegrations: readonly string[] = integrations;
