import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Commands } from './commands.ts';
import { isCommandRejected } from './errors.ts';
import { commandTypes, parseCommand } from './parse-command.ts';

interface Key {
  readonly good: unknown;
  readonly bad: unknown;
  readonly optional?: true;
}
type Keys = Readonly<Record<string, Key>>;

const integration = { good: 'jira', bad: 7 };
const id = { good: 'a/b', bad: '' };
const place = { good: null, bad: 5 };
const name = { good: 'A name', bad: 'a\u0000b', optional: true } as const;
const fields = { good: ['url', 'active'], bad: [] };
const settings: Keys = {
  integration,
  active: { good: false, bad: 'true', optional: true },
  values: { good: { url: 'x', token: null }, bad: { url: undefined }, optional: true },
};

/** Of each command, its keys with a value that is accepted and one that is not. */
const shapes: Readonly<Record<keyof Commands, Keys>> = {
  SetInstanceDefault: settings,
  ResetInstanceDefault: { integration },
  SetGroupDefault: { group: id, ...settings },
  ResetGroupDefault: { group: id, integration },
  SwitchToCustom: { project: id, ...settings },
  ChangeCustomSettings: { group: id, ...settings },
  SwitchToInherited: { project: id, integration, active: { good: true, bad: null, optional: true } },
  ResetProjectSettings: { project: id, integration },
  OverrideFields: { group: id, ...settings },
  InheritFields: { project: id, integration, fields },
  LockDefault: { group: place, integration, fields: { ...fields, optional: true } },
  UnlockDefault: { group: place, integration, fields: { ...fields, optional: true } },
  EraseSecrets: { group: place, integration },
  RevertSettings: { project: id, integration, to: { good: '-1', bad: '01' } },
  RegisterGroup: { group: id, parent: place, name },
  MoveGroup: { group: id, parent: { good: 'b', bad: undefined } },
  RenameGroup: { group: id, name: { good: 'x', bad: '\ud800' } },
  RemoveGroup: { group: id },
  RegisterProject: { project: id, group: place, name },
  TransferProject: { project: id, group: place },
  RenameProject: { project: id, name: { good: 'x', bad: 'x'.repeat(256) } },
  RemoveProject: { project: id },
};

const withHole: unknown[] = ['a'];
withHole.length = 2;

/** The fields of all faults, sorted; none where the command is accepted. */
const faultsOf = (input: unknown): readonly string[] => {
  try {
    parseCommand(input);
    return [];
  } catch (error) {
    if (!isCommandRejected(error)) throw error;
    expect(error.reason).toBe('InvalidCommand');
    expect(error.issues).not.toEqual([]);
    return error.issues.map(({ field }) => field).toSorted();
  }
};

/** Commands for "one of project and group": that neither is there is one fault. */
const eitherScope: readonly (keyof Commands)[] = [
  'SwitchToCustom',
  'ChangeCustomSettings',
  'SwitchToInherited',
  'OverrideFields',
  'InheritFields',
  'EraseSecrets',
  'RevertSettings',
];

const goodData = (keys: Keys): Record<string, unknown> =>
  Object.fromEntries(Object.entries(keys).map(([key, { good }]) => [key, good]));

describe.each(commandTypes)('the form of %s', (type) => {
  const keys = shapes[type];

  it('is accepted as it is, and handed out as it came', () => {
    const command = { type, data: goodData(keys) };
    expect(parseCommand(command)).toEqual(command);
  });

  it('is refused with every fault: keys that are bad, missing, undefined or not listed', () => {
    const state = fc.constantFrom('good', 'bad', 'missing', 'undefined');
    fc.assert(
      fc.property(
        fc.record(Object.fromEntries(Object.keys(keys).map((key) => [key, state]))),
        fc.subarray(['extra', 'constructor', 'toString']),
        (states, unlisted) => {
          const data = new Map<string, unknown>(unlisted.map((key) => [key, 1]));
          const expected = [...unlisted];
          for (const [key, { good, bad, optional }] of Object.entries(keys)) {
            if (states[key] !== 'missing') data.set(key, { good, bad, undefined }[states[key] as 'good']);
            if (states[key] === 'good' || (states[key] === 'missing' && optional === true)) continue;
            const isEither = key === 'group' && eitherScope.includes(type);
            expected.push(isEither && states[key] === 'missing' ? 'project' : key);
          }
          if (type === 'OverrideFields' && !data.has('active') && !data.has('values')) expected.push('values');
          expect(faultsOf({ type, data: Object.fromEntries(data) })).toEqual(expected.toSorted());
        },
      ),
    );
  });
});

describe('the form of a command', () => {
  it('is refused by a rejection, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withNullPrototype: true,
          withObjectString: true,
          withSparseArray: true,
          withTypedArray: true,
        }),
        (input) => {
          expect(faultsOf(input)).not.toEqual([]);
        },
      ),
    );
  });

  it('is refused by a rejection, whatever its data is', () => {
    const data = fc.oneof(
      fc.anything({ withNullPrototype: true, withSparseArray: true }),
      fc.dictionary(
        fc.constantFrom(
          'project',
          'group',
          'integration',
          'values',
          'fields',
          'only',
          'active',
          'to',
          'name',
          'parent',
        ),
        fc.anything({ withNullPrototype: true, withSparseArray: true }),
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...commandTypes), data, (type, data) => {
        faultsOf({ type, data });
      }),
    );
  });

  it.each([
    ['nothing', undefined, ['command']],
    ['a list', [], ['command']],
    ['no type', { data: {} }, ['type']],
    ['a type that every object has', { type: 'toString', data: {} }, ['type']],
    ['no data', { type: 'RemoveGroup' }, ['data']],
    ['a key beside type and data', { type: 'RemoveGroup', data: { group: 'a' }, actor: 'x' }, ['actor']],
    [
      'a class instance as data',
      {
        type: 'RemoveGroup',
        data: new (class {
          group = 'a';
        })(),
      },
      ['data'],
    ],
  ])('is refused by name: %s', (_what, input, expected) => expect(faultsOf(input)).toEqual(expected));

  it('names a project or a group, never both', () =>
    expect(
      faultsOf({ type: 'InheritFields', data: { project: 'p', group: 'g', integration: 'jira', fields: ['a'] } }),
    ).toEqual(['project']));

  it('takes null for the instance only where a command may be for it', () => {
    expect(faultsOf({ type: 'EraseSecrets', data: { group: null, integration: 'jira' } })).toEqual([]);
    expect(faultsOf({ type: 'EraseSecrets', data: { project: null, integration: 'jira' } })).toEqual(['project']);
    expect(faultsOf({ type: 'SwitchToCustom', data: { group: null, integration: 'jira' } })).toEqual(['group']);
    expect(faultsOf({ type: 'SetGroupDefault', data: { group: null, integration: 'jira' } })).toEqual(['group']);
  });

  it('ignores the values of a switch to inherited, whatever they are, but not an undefined key', () => {
    const data = { project: 'p', integration: 'jira' };
    expect(faultsOf({ type: 'SwitchToInherited', data: { ...data, values: 7 } })).toEqual([]);
    expect(faultsOf({ type: 'SwitchToInherited', data: { ...data, values: undefined } })).toEqual(['values']);
  });

  it('asks fields of `only`, beside every other fault', () => {
    expect(faultsOf({ type: 'LockDefault', data: { group: null, integration: 'jira', only: true } })).toEqual([
      'fields',
    ]);
    expect(faultsOf({ type: 'LockDefault', data: { group: 5, integration: 'jira', only: true } })).toEqual([
      'fields',
      'group',
    ]);
    expect(
      faultsOf({ type: 'LockDefault', data: { group: null, integration: 'jira', fields: ['a'], only: true } }),
    ).toEqual([]);
    expect(
      faultsOf({ type: 'LockDefault', data: { group: null, integration: 'jira', fields: ['a'], only: false } }),
    ).toEqual(['only']);
  });

  it('takes a toggle alone for an override, but neither nothing nor no value', () => {
    const data = { project: 'p', integration: 'jira' };
    expect(faultsOf({ type: 'OverrideFields', data: { ...data, active: false } })).toEqual([]);
    expect(faultsOf({ type: 'OverrideFields', data: { ...data, values: {} } })).toEqual(['values']);
  });

  it.each([[[]], [['a', 7]], ['a'], [null], [withHole]])('refuses fields that are no names: %j', (fields) =>
    expect(faultsOf({ type: 'InheritFields', data: { project: 'p', integration: 'jira', fields } })).toEqual([
      'fields',
    ]),
  );

  it.each(['0', '-1', '9007199254740993'])('takes %s for a position', (to) =>
    expect(faultsOf({ type: 'RevertSettings', data: { project: 'p', integration: 'jira', to } })).toEqual([]),
  );

  it.each(['', '-2', '1.0', '1e3', ' 1', 1])('does not take %j for a position', (to) =>
    expect(faultsOf({ type: 'RevertSettings', data: { project: 'p', integration: 'jira', to } })).toEqual(['to']),
  );

  it('takes values without a prototype', () => {
    const values = Object.assign(Object.create(null), { url: 'x' }) as object;
    expect(faultsOf({ type: 'SetInstanceDefault', data: { integration: 'jira', values } })).toEqual([]);
  });
});

it('returns a copy that changes to the given command do not reach', () => {
  const recipients = ['a'];
  const values: Record<string, unknown> = { recipients };
  const data = { integration: 'mail', values };
  const parsed = parseCommand({ type: 'SetInstanceDefault', data });
  recipients.push('b');
  values['url'] = 'https://later.example';
  data.integration = 'other';
  expect(parsed).toEqual({
    type: 'SetInstanceDefault',
    data: { integration: 'mail', values: { recipients: ['a'] } },
  });
});
