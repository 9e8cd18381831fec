import { type Command, registerGroup, registerProject, setInstanceDefault } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import type { CommandOptions, IntegrationSettings } from './integration-settings.ts';
import { admin, errorOf, expectNothingStored, given, open, refusal, rejection, shared } from './settings.fixture.ts';

const fieldsOf = (error: { readonly issues: readonly { readonly field: string }[] }): readonly string[] =>
  error.issues.map(({ field }) => field);

/** Refused with the fields named, and nothing stored. */
const expectFaults = async (
  command: unknown,
  reason: string,
  fields: readonly string[],
  options: Partial<CommandOptions> = {},
): Promise<void> => {
  const eventStore = shared();
  const settings = await open({ eventStore });
  await given(settings, registerGroup('crew', { parent: null }));
  await expectNothingStored(eventStore, async () => {
    const error = await rejection(settings, command, options);
    expect(error.reason).toBe(reason);
    expect(fieldsOf(error).toSorted()).toEqual(fields.toSorted());
    for (const { message } of error.issues) expect(message).not.toBe('');
    expect(() => JSON.stringify(error)).not.toThrow();
  });
};

describe('ids', () => {
  it.each([
    '__proto__',
    'constructor',
    'toString',
    'a/b',
    'a-b',
    '%2F',
    ' ',
    '$',
    '🚀'.repeat(255),
    'İ',
    'ﬀ',
    '.',
    '..',
  ])('work as groups and projects, and are never mangled: %s', async (id) => {
    const settings = await open();
    await given(
      settings,
      registerGroup(id, { parent: null }),
      registerProject(id, { group: id }),
      setInstanceDefault('chat', { channel: 'a' }),
      { type: 'SwitchToCustom', data: { project: id, integration: 'chat', values: { channel: id } } },
      { type: 'SetGroupDefault', data: { group: id, integration: 'chat', values: { channel: `of ${id}` } } },
    );
    expect(settings.scopes.path({ project: id })).toEqual(['instance', { group: id }, { project: id }]);
    expect(settings.effective({ project: id }, 'chat').values).toEqual({ channel: id });
    expect(settings.effective({ group: id }, 'chat')).toMatchObject({ source: { group: id } });
    expect(settings.scopes.name({ group: id })).toBe(id);
    expect(settings.overrides('chat').items.map(({ project }) => project)).toEqual([id]);
  });

  it('are told apart where they differ in case, form or what they are of', async () => {
    const settings = await open();
    const ids = ['a', 'A', 'é', 'e\u0301', 'a ', 'group/a'];
    for (const id of ids)
      await given(settings, registerGroup(id, { parent: null }), registerProject(id, { group: id }));
    expect(settings.scopes.children('instance').items.map(({ scope }) => scope)).toEqual(
      ids.map((group) => ({ group })),
    );
  });

  it.each([
    ['a lone surrogate', '\ud800'],
    ['a control character', 'a\u0000b'],
    ['a line break', 'a\nb'],
    ['nothing', ''],
    ['256 characters', '🚀'.repeat(256)],
    ['a number', 7],
    ['undefined', undefined],
    ['an object', {}],
  ])('are refused by name where they have %s', async (_, id) => {
    await expectFaults({ type: 'RegisterProject', data: { project: id, group: 'crew' } }, 'InvalidCommand', [
      'project',
    ]);
    await expectFaults({ type: 'RegisterProject', data: { project: 'p', group: id } }, 'InvalidCommand', ['group']);
    await expectFaults({ type: 'RegisterGroup', data: { group: 'g', parent: null, name: id } }, 'InvalidCommand', [
      'name',
    ]);
  });
});

describe('a command', () => {
  it.each([
    ['nothing', undefined, ['command']],
    ['a list', [], ['command']],
    ['a date', new Date(), ['command']],
    ['an unknown type', { type: 'Nonsense', data: {} }, ['type']],
    ['a type that every object has', { type: 'constructor', data: {} }, ['type']],
    ['no data', { type: 'RemoveGroup' }, ['data']],
    ['a missing place', { type: 'MoveGroup', data: { group: 'crew' } }, ['parent']],
    ['an undefined place', { type: 'MoveGroup', data: { group: 'crew', parent: undefined } }, ['parent']],
    ['an undefined lock level', { type: 'UnlockDefault', data: { group: undefined, integration: 'chat' } }, ['group']],
    [
      'an undefined option',
      { type: 'SetInstanceDefault', data: { integration: 'chat', active: undefined } },
      ['active'],
    ],
    ['undefined values', { type: 'SetInstanceDefault', data: { integration: 'chat', values: undefined } }, ['values']],
    [
      'an undefined value',
      { type: 'SetInstanceDefault', data: { integration: 'chat', values: { channel: undefined } } },
      ['values'],
    ],
    ['a key too many', { type: 'RemoveGroup', data: { group: 'crew', force: true } }, ['force']],
    ['a key beside its data', { type: 'RemoveGroup', data: { group: 'crew' }, id: 1 }, ['id']],
    [
      'two subjects',
      { type: 'SwitchToCustom', data: { group: 'crew', project: 'p', integration: 'chat' } },
      ['project'],
    ],
    ['no subject', { type: 'SwitchToCustom', data: { integration: 'chat' } }, ['project']],
    [
      'nothing to override',
      { type: 'OverrideFields', data: { group: 'crew', integration: 'chat', values: {} } },
      ['values'],
    ],
    ['no fields', { type: 'UnlockDefault', data: { group: null, integration: 'chat', fields: [] } }, ['fields']],
    [
      'fields that are none',
      { type: 'InheritFields', data: { group: 'crew', integration: 'chat', fields: [7] } },
      ['fields'],
    ],
    ['"only" of nothing', { type: 'LockDefault', data: { group: null, integration: 'chat', only: true } }, ['fields']],
    [
      'a toggle that is a text',
      { type: 'SetInstanceDefault', data: { integration: 'chat', active: 'true' } },
      ['active'],
    ],
    [
      'all of that at once',
      { type: 'SetGroupDefault', data: { group: '', active: 1, values: 'x', force: true }, id: 1 },
      ['id', 'group', 'integration', 'active', 'values', 'force'],
    ],
  ])('is refused by field where it is or has %s', async (_, command, fields) => {
    await expectFaults(command, 'InvalidCommand', fields);
  });

  it('is refused with every fault of its options too', async () => {
    await expectFaults(
      { type: 'MoveGroup', data: { group: 'crew' } },
      'InvalidCommand',
      [
        'parent',
        'actor.id',
        'actor.administers',
        'commandId',
        'correlationId',
        'reason',
        'expectedRevision',
        'ifImpactAt',
      ],
      {
        actor: { id: '', administers: ['everything'] } as never,
        commandId: 'not-a-uuid',
        correlationId: '\ud800',
        reason: 'x'.repeat(1001),
        expectedRevision: '-1',
        ifImpactAt: 'soon',
      },
    );
  });

  it('takes a reason of 1 000 characters, however many bytes they have', async () => {
    const settings = await open();
    const reason = '🚀'.repeat(1000);
    const { events } = await settings.execute(registerGroup('crew', { parent: null }), { actor: admin, reason });
    expect(events[0]?.metadata.reason).toBe(reason);
  });

  it('is refused without options', async () => {
    const settings = await open();
    for (const options of [undefined, null, {}, 'admin'])
      expect(await errorOf(settings.execute(registerGroup('crew', { parent: null }), options as never))).toMatchObject({
        reason: 'InvalidCommand',
      });
  });
});

describe('values', () => {
  const setting = (values: unknown, integration = 'chat') => ({
    type: 'SetInstanceDefault',
    data: { integration, values },
  });

  it.each<[string, unknown]>([
    ['of 1 MiB', 'x'.repeat(1_048_576)],
    ['of more than 64 KiB in UTF-8', 'ä'.repeat(32_769)],
    ['that is a nested object', { nested: true }],
    ['that is a date', new Date(0)],
    ['that is NaN', Number.NaN],
    ['that is a number', 7],
    ['that is a list', ['a']],
    ['that is a bigint', 7n],
    ['that is a function', () => 'a'],
    ['with a lone surrogate', 'a\ud800'],
    [
      'that looks like a secret',
      { $secret: { v: 1, id: 'x', origin: 'instance', era: 0, key: 'k', nonce: '', text: '' } },
    ],
  ])('are refused by name: one %s', async (_, value) => {
    await expectFaults(setting({ channel: value }), 'InvalidValues', ['channel']);
  });

  it.each([Number.NaN, Infinity, -Infinity, -0, 2 ** 53, 1.5, '1', true])(
    'are refused: the number %s',
    async (retries) => {
      await expectFaults(setting({ channel: 'a', retries }), 'InvalidValues', ['retries']);
    },
  );

  it.each([[['a', 7]], [['']], [['a\ud800']], ['a'], [{ 0: 'a' }]])('are refused: the list %j', async (labels) => {
    await expectFaults(setting({ channel: 'a', labels }), 'InvalidValues', ['labels']);
  });

  it('are refused all at once, by field, with what is missing', async () => {
    await expectFaults(
      setting({ notify: 'some', retries: '3', loud: 'yes', nonsense: 1, ['__proto__']: 'x' }),
      'InvalidValues',
      ['channel', 'notify', 'retries', 'loud', 'nonsense', ...Object.keys({ ['__proto__']: 1 })],
    );
  });

  it.each(['ftp//x', 'example.com', 'javascript:alert(1)', ' https://x.example', 'https://'])(
    'are refused where a URL is malformed: %s',
    async (url) => {
      await expectFaults(setting({ url, token: 'hush-1' }, 'tracker'), 'InvalidValues', ['url']);
    },
  );

  it('may have any well-formed text of up to 64 KiB', async () => {
    const settings = await open();
    for (const channel of ['x'.repeat(65_536), 'a\u0000\n\u2028b', '__proto__', '<script>', '{"$secret":1}']) {
      await given(settings, setting({ channel }) as Command);
      expect(settings.effective('instance', 'chat').values).toEqual({ channel });
    }
  });

  it('are refused where one command’s events would not fit every store', async () => {
    const texts = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`text${index}`, { type: 'string' }]));
    const settings: IntegrationSettings = await open({
      catalog: { ...(await open()).catalog, definitions: { big: { fields: texts as never } } },
    });
    const values = Object.fromEntries(Object.keys(texts).map((name) => [name, 'x'.repeat(65_000)]));
    expect(await refusal(settings, setting(values, 'big'))).toBe('InvalidCommand');
    const { text0: _, ...fewer } = values;
    await given(settings, setting(fewer, 'big') as Command);
  });

  it('of an integration that every object has by birth are refused', async () => {
    for (const integration of ['__proto__', 'constructor', 'toString', ''])
      await expectFaults(setting({}, integration), 'UnknownIntegration', []);
  });
});
