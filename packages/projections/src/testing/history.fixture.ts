import { type DecidedValue, type RecordedEvent, scopeKey, type ScopeRef } from '@integration-settings/domain';
import * as fc from 'fast-check';
import type { integrations } from './catalogs.fixture.ts';
import { type Body, Log, streamOf } from './log.fixture.ts';

export const groupIds = ['a', 'b', 'c', '__proto__', 'e/f', 'g'] as const;
export const projectIds = ['p', 'q', 'e/f', 'constructor', 's', 't', 'u', 'v'] as const;

/** Every scope that histories tell of. */
export const scopes: readonly ScopeRef[] = [
  'instance',
  ...groupIds.map((group) => ({ group })),
  ...projectIds.map((project) => ({ project })),
];

const group = fc.constantFrom(...groupIds);
const project = fc.constantFrom(...projectIds);
const parent = fc.option(group, { nil: undefined, freq: 5 });
const optional = <K extends string, T>(key: K, value: T | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: T };
const body = (type: string, data: object): Body => ({ type, data }) as Body;

const sealed = fc
  .record({ id: fc.constantFrom('one', 'two'), origin: fc.constantFrom(...scopes), era: fc.nat(1) })
  .map(({ id, origin, era }) => ({
    $secret: {
      v: 1,
      id: `${id} of ${scopeKey(origin)} in ${era}`,
      origin,
      era,
      key: 'key',
      nonce: 'nonce',
      text: 'text',
    },
  }));
/** Mostly what the definitions take; now and then what they do not. */
const storedValue = (...taken: readonly DecidedValue[]): fc.Arbitrary<DecidedValue> =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...taken) },
    { weight: 1, arbitrary: fc.constantFrom<DecidedValue>('clear', 7, true, ['x']) },
    { weight: 1, arbitrary: sealed },
  );
const secret: fc.Arbitrary<DecidedValue> = fc.oneof(
  { weight: 5, arbitrary: sealed },
  { weight: 1, arbitrary: fc.constant('in clear') },
);
const addresses = storedValue('https://one.example', 'https://two.example');
const texts = storedValue('one', 'two');

const fieldValues: Readonly<Record<string, fc.Arbitrary<DecidedValue>>> = {
  url: addresses,
  api_url: addresses,
  username: texts,
  token: secret,
  title: texts,
  retries: storedValue(1, 2, 3),
  labels: storedValue(['x'], ['x', 'y']),
  number: texts,
  pin: secret,
  loud: storedValue(true, false),
  forgotten: texts,
};
const fieldsOf: Readonly<Record<(typeof integrations)[number], readonly string[]>> = {
  tracker: ['url', 'api_url', 'username', 'token', 'title', 'retries', 'labels', 'forgotten'],
  pager: ['number', 'pin', 'loud'],
  lost: ['url', 'token'],
};

type Values = Readonly<Record<string, DecidedValue | null>>;
const valuesOf = (integration: (typeof integrations)[number]): fc.Arbitrary<Values> =>
  fc
    .record(Object.fromEntries(fieldsOf[integration].map((name) => [name, fieldValues[name]!])), { requiredKeys: [] })
    .map((values) => values as Values);
const changesOf = (integration: (typeof integrations)[number]): fc.Arbitrary<Values> =>
  fc.tuple(valuesOf(integration), fc.subarray([...fieldsOf[integration]], { maxLength: 2 })).map(([values, empty]) => ({
    ...values,
    ...Object.fromEntries(empty.map((name) => [name, null])),
  }));

/** Mostly projects, then groups, then the instance. */
const anyScope: fc.Arbitrary<ScopeRef> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<ScopeRef>('instance') },
  { weight: 4, arbitrary: group.map((id): ScopeRef => ({ group: id })) },
  { weight: 5, arbitrary: project.map((id): ScopeRef => ({ project: id })) },
);

const subjectOf = (scope: ScopeRef): object => (scope === 'instance' ? {} : scope);
const beginning = { instance: 'InstanceDefaultSet', group: 'GroupDefaultSet', project: 'SwitchedToCustom' };
const changing = { instance: 'InstanceDefaultChanged', group: 'GroupDefaultChanged', project: 'CustomSettingsChanged' };
const resetting = { instance: 'InstanceDefaultReset', group: 'GroupDefaultReset', project: 'ProjectSettingsReset' };
const kindOf = (scope: ScopeRef): 'instance' | 'group' | 'project' =>
  scope === 'instance' ? 'instance' : 'group' in scope ? 'group' : 'project';

/** The events of one command about settings: one, or several that take effect together. */
const settingsStep: fc.Arbitrary<readonly Body[]> = fc
  .tuple(
    anyScope,
    fc.oneof(
      { weight: 5, arbitrary: fc.constant('tracker' as const) },
      { weight: 3, arbitrary: fc.constant('pager' as const) },
      { weight: 1, arbitrary: fc.constant('lost' as const) },
    ),
  )
  .chain(([scope, integration]) => {
    const kind = kindOf(scope);
    const subject = { ...subjectOf(scope), integration };
    const values = valuesOf(integration);
    const changes = changesOf(integration);
    const toggle = fc.option(fc.boolean(), { nil: undefined });
    const names = fc.subarray([...fieldsOf[integration], 'active'], { minLength: 1, maxLength: 3 });
    const reset = body(resetting[kind], subject);
    const unlock = body('DefaultUnlocked', subject);
    const begin = fc
      .tuple(fc.boolean(), values)
      .map(([active, given]) => body(beginning[kind], { ...subject, active, values: given }));
    const change = fc
      .tuple(toggle, changes)
      .map(([active, given]) => body(changing[kind], { ...subject, ...optional('active', active), values: given }));
    const override = fc
      .tuple(toggle, changes)
      .map(([active, given]) => body('FieldsOverridden', { ...subject, ...optional('active', active), values: given }));
    const inherit = fc.tuple(names, fc.subarray([...fieldsOf[integration]], { maxLength: 2 })).map(([fields, empty]) =>
      body('FieldsInherited', {
        ...subject,
        fields,
        values: Object.fromEntries(empty.filter((name) => !fields.includes(name)).map((name) => [name, null])),
      }),
    );
    const switched = toggle.map((active) => body('SwitchedToInherited', { ...subject, ...optional('active', active) }));
    const lock = fc
      .option(names, { nil: undefined })
      .map((fields) => body('DefaultLocked', { ...subject, ...optional('fields', fields) }));
    const lift = fc
      .option(names, { nil: undefined })
      .map((fields) => body('DefaultUnlocked', { ...subject, ...optional('fields', fields) }));
    const one = (arbitrary: fc.Arbitrary<Body>): fc.Arbitrary<readonly Body[]> => arbitrary.map((event) => [event]);
    const common = [
      { weight: 5, arbitrary: one(begin) },
      { weight: 3, arbitrary: one(change) },
      { weight: 1, arbitrary: fc.constant([reset]) },
      { weight: 1, arbitrary: fc.constant([body('SecretsErased', subject)]) },
    ];
    const below = [
      { weight: 4, arbitrary: one(override) },
      { weight: 2, arbitrary: one(inherit) },
      { weight: 1, arbitrary: one(switched) },
      { weight: 1, arbitrary: fc.tuple(switched, override) },
    ];
    const locking = [
      { weight: 3, arbitrary: one(lock) },
      { weight: 1, arbitrary: one(lift) },
      { weight: 1, arbitrary: fc.constant([unlock, reset]) },
      { weight: 1, arbitrary: fc.tuple(lift, lock) },
    ];
    return fc.oneof(...common, ...(kind === 'instance' ? [] : below), ...(kind === 'project' ? [] : locking));
  });

const name = fc.option(fc.constantFrom('Name', 'f', 'Other'), { nil: undefined });
const structureStep: fc.Arbitrary<readonly Body[]> = fc
  .oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(group, parent, name)
        .map(([id, above, text]) =>
          body('GroupRegistered', { group: id, ...optional('parent', above), ...optional('name', text) }),
        ),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(project, parent, name)
        .map(([id, above, text]) =>
          body('ProjectRegistered', { project: id, ...optional('group', above), ...optional('name', text) }),
        ),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(group, parent)
        .map(([id, above]) => body('GroupMoved', { group: id, ...optional('parent', above) })),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(project, parent)
        .map(([id, above]) => body('ProjectTransferred', { project: id, ...optional('group', above) })),
    },
    { weight: 1, arbitrary: group.map((id) => body('GroupRenamed', { group: id, name: 'Renamed' })) },
    { weight: 1, arbitrary: project.map((id) => body('ProjectRenamed', { project: id, name: 'Renamed' })) },
    { weight: 1, arbitrary: group.map((id) => body('GroupRemoved', { group: id })) },
    { weight: 1, arbitrary: project.map((id) => body('ProjectRemoved', { project: id })) },
  )
  .map((event) => [event]);

const step = fc.oneof({ weight: 3, arbitrary: settingsStep }, { weight: 1, arbitrary: structureStep });

/** Most of the tree, so that most of what follows has an effect; each under a parent that may come later or never. */
const firstTree: fc.Arbitrary<readonly Body[]> = fc
  .tuple(
    fc.array(fc.nat(6), { minLength: 6, maxLength: 6 }),
    fc.array(fc.nat(6), { minLength: 8, maxLength: 8 }),
    fc.subarray([...groupIds], { minLength: 4 }),
    fc.subarray([...projectIds], { minLength: 6 }),
  )
  .map(([parents, places, someGroups, someProjects]) => [
    ...someGroups.map((id, index) =>
      body('GroupRegistered', { group: id, ...optional('parent', groupIds[parents[index]!]) }),
    ),
    ...someProjects.map((id, index) =>
      body('ProjectRegistered', { project: id, ...optional('group', groupIds[places[index]!]) }),
    ),
  ]);

/** Puts the parts of commands between those of others, each stream in its own order. */
const interleaved = (
  steps: readonly (readonly [events: readonly Body[], delay: number])[],
): readonly RecordedEvent[] => {
  const log = new Log();
  const open: { readonly rest: Body[]; readonly record: (event: Body) => void; delay: number; stream: string }[] = [];
  const finish = (which: (late: (typeof open)[number]) => boolean): void => {
    for (const late of open.filter(which)) {
      for (const event of late.rest) late.record(event);
      open.splice(open.indexOf(late), 1);
    }
  };
  for (const [[first, ...rest], delay] of steps) {
    const stream = streamOf(first!);
    finish((late) => late.stream === stream);
    const commandId = log.nextCommandId();
    let index = 0;
    const count = rest.length + 1;
    const record = (event: Body): void => {
      log.recordOne(event, count === 1 ? { commandId } : { commandId, part: [index, count] });
      index += 1;
    };
    record(first!);
    if (rest.length > 0) open.push({ rest, record, delay, stream });
    for (const late of open) late.delay -= 1;
    finish((late) => late.delay < 0);
  }
  finish(() => true);
  return log.events;
};

/**
 * Logs of everything that can be recorded, in any interleaving that streams allow: also events whose subject or target is not
 * there, that would close a circle, that today's catalog does not understand, and parts of commands with others in between.
 */
export const history = (size: 'small' | 'large' = 'large'): fc.Arbitrary<readonly RecordedEvent[]> =>
  fc
    .tuple(
      firstTree,
      fc.array(fc.tuple(step, fc.nat(3)), { minLength: 10, maxLength: size === 'small' ? 25 : 60, size: 'max' }),
    )
    .map(([tree, steps]) => interleaved([...tree.map((event) => [[event], 0] as const), ...steps]));
