import { type Command, commandTypes } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { type Actor, allowAll, type AuthorizationRequest, deliveryActor } from './authorization.ts';
import type { IntegrationSettings } from './integration-settings.ts';
import { as, expectNothingStored, given, open, refusal, shared } from './settings.fixture.ts';

/** outer contains inner contains apollo; side contains gemini; gone was removed. */
const tree: readonly Command[] = [
  { type: 'RegisterGroup', data: { group: 'outer', parent: null } },
  { type: 'RegisterGroup', data: { group: 'inner', parent: 'outer' } },
  { type: 'RegisterGroup', data: { group: 'side', parent: null } },
  { type: 'RegisterProject', data: { project: 'apollo', group: 'inner' } },
  { type: 'RegisterProject', data: { project: 'gemini', group: 'side' } },
  { type: 'RegisterProject', data: { project: 'gone', group: 'inner' } },
  { type: 'RemoveProject', data: { project: 'gone' } },
];

const integration = 'chat';
const apollo = { project: 'apollo', integration };
const inner = { group: 'inner', integration };
const instance = { group: null, integration };

/** One command of each type and each kind of scope, with those who may give it. */
const mayBe: readonly (readonly [command: Command, who: readonly string[]])[] = [
  [{ type: 'SetInstanceDefault', data: { integration } }, ['root']],
  [{ type: 'ResetInstanceDefault', data: { integration } }, ['root']],
  [{ type: 'SetGroupDefault', data: inner }, ['root', 'outer', 'inner']],
  [{ type: 'ResetGroupDefault', data: inner }, ['root', 'outer', 'inner']],
  [{ type: 'SwitchToCustom', data: apollo }, ['root', 'outer', 'inner', 'apollo']],
  [{ type: 'SwitchToCustom', data: inner }, ['root', 'outer', 'inner']],
  [{ type: 'ChangeCustomSettings', data: apollo }, ['root', 'outer', 'inner', 'apollo']],
  [{ type: 'SwitchToInherited', data: apollo }, ['root', 'outer', 'inner', 'apollo']],
  [{ type: 'ResetProjectSettings', data: apollo }, ['root', 'outer', 'inner', 'apollo']],
  [{ type: 'OverrideFields', data: { ...apollo, active: true } }, ['root', 'outer', 'inner', 'apollo']],
  [{ type: 'InheritFields', data: { ...apollo, fields: ['active'] } }, ['root', 'outer', 'inner', 'apollo']],
  [{ type: 'LockDefault', data: inner }, ['root', 'outer', 'inner']],
  [{ type: 'LockDefault', data: instance }, ['root']],
  [{ type: 'UnlockDefault', data: instance }, ['root']],
  [{ type: 'EraseSecrets', data: apollo }, ['root', 'outer', 'inner', 'apollo']],
  [{ type: 'EraseSecrets', data: instance }, ['root']],
  [{ type: 'RevertSettings', data: { ...instance, to: '0' } }, ['root']],
  [{ type: 'RegisterGroup', data: { group: 'new', parent: 'inner' } }, ['root', 'outer', 'inner']],
  [{ type: 'RegisterGroup', data: { group: 'new', parent: null } }, ['root']],
  [{ type: 'RegisterProject', data: { project: 'new', group: 'inner' } }, ['root', 'outer', 'inner']],
  [{ type: 'RegisterProject', data: { project: 'new', group: null } }, ['root']],
  [{ type: 'MoveGroup', data: { group: 'inner', parent: 'side' } }, ['root', 'outer and side', 'inner and side']],
  [{ type: 'MoveGroup', data: { group: 'inner', parent: null } }, ['root']],
  [
    { type: 'TransferProject', data: { project: 'apollo', group: 'side' } },
    ['root', 'outer and side', 'inner and side', 'apollo and side'],
  ],
  [{ type: 'RenameGroup', data: { group: 'inner', name: 'x' } }, ['root', 'outer', 'inner']],
  [{ type: 'RenameProject', data: { project: 'apollo', name: 'x' } }, ['root', 'outer', 'inner', 'apollo']],
  [{ type: 'RemoveGroup', data: { group: 'inner' } }, ['root', 'outer', 'inner']],
  [{ type: 'RemoveProject', data: { project: 'apollo' } }, ['root', 'outer', 'inner', 'apollo']],
];

const side = { group: 'side' };
const actors: readonly Actor[] = [
  as('root', 'instance'),
  as('outer', { group: 'outer' }),
  as('inner', { group: 'inner' }),
  as('apollo', { project: 'apollo' }),
  as('outer and side', { group: 'outer' }, side),
  as('inner and side', { group: 'inner' }, side),
  as('apollo and side', { project: 'apollo' }, side),
  as('side', side),
  as('nobody'),
  { ...deliveryActor(), administers: ['instance'] },
];

/** Whether somebody may, by what `preview` says; it is the same check, and appends nothing. */
const may = async (settings: IntegrationSettings, command: Command, actor: Actor): Promise<boolean> => {
  const error: unknown = await settings.preview(command, { actor }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return (error as { code?: string } | undefined)?.code !== 'NOT_AUTHORIZED';
};

describe('standardAuthorization', () => {
  it('is asked for every command', () => {
    expect(new Set(mayBe.map(([{ type }]) => type))).toEqual(new Set(commandTypes));
  });

  it.each(mayBe)('lets those who administer what is named: %j', async (command, who) => {
    const settings = await open();
    await given(settings, ...tree);
    const allowed: string[] = [];
    for (const actor of actors) if (await may(settings, command, actor)) allowed.push(actor.id);
    const expected = actors
      .map(({ id }) => id)
      .filter((id) => who.includes(id) || who.includes(id.split(' and ')[0] ?? ''));
    expect(allowed).toEqual(expected);
  });

  it('refuses an execution as it refuses a preview, and stores nothing', async () => {
    const eventStore = shared();
    const settings = await open({ eventStore });
    await given(settings, ...tree);
    await expectNothingStored(eventStore, async () => {
      for (const [command] of mayBe)
        expect(await refusal(settings, command, { actor: as('nobody') })).toBe('NOT_AUTHORIZED');
    });
  });

  it('says the same of what is not there, and of what was removed, to those who do not administer the instance', async () => {
    const settings = await open();
    await given(settings, ...tree);
    const rename = (project: string): Command => ({ type: 'RenameProject', data: { project, name: 'x' } });
    const owner = as('owner', { group: 'outer' }, { project: 'gone' }, { project: 'never' });
    for (const project of ['gone', 'never', 'gemini'])
      expect(await refusal(settings, rename(project), { actor: owner })).toBe('NOT_AUTHORIZED');
    const removed = { type: 'RemoveProject', data: { project: 'gone' } };
    expect(await refusal(settings, removed, { actor: owner })).toBe('NOT_AUTHORIZED');
    expect(await refusal(settings, rename('gone'))).toBe('UnknownScope');
  });

  it('follows a move at once', async () => {
    const settings = await open();
    const owner = as('owner', { group: 'side' });
    await given(settings, ...tree);
    const command = { type: 'RenameProject', data: { project: 'apollo', name: 'x' } } as const;
    expect(await refusal(settings, command, { actor: owner })).toBe('NOT_AUTHORIZED');
    await given(settings, { type: 'MoveGroup', data: { group: 'inner', parent: 'side' } });
    expect(await settings.execute(command, { actor: owner })).toMatchObject({ visible: true });
  });
});

describe('authorization of one’s own', () => {
  it('may take its time, and is told who, what and where', async () => {
    const requests: AuthorizationRequest[] = [];
    const settings = await open({
      authorize: async (request) => {
        requests.push(request);
        await Promise.resolve();
        return request.actor.id === 'good';
      },
    });
    await settings.execute(tree[0]!, { actor: as('good') });
    expect(await refusal(settings, tree[1], { actor: as('bad', 'instance') })).toBe('NOT_AUTHORIZED');
    await settings.execute(tree[1]!, { actor: as('good') });
    await settings.execute({ type: 'MoveGroup', data: { group: 'inner', parent: null } }, { actor: as('good') });
    const last = requests.at(-1);
    expect(last).toMatchObject({
      actor: { id: 'good' },
      action: 'MoveGroup',
      scopes: [{ group: 'inner' }, 'instance'],
    });
    expect(last?.isAtOrBelow({ group: 'inner' }, { group: 'inner' })).toBe(true);
    expect(last?.isAtOrBelow({ group: 'inner' }, { group: 'outer' })).toBe(false);
    expect(last?.isAtOrBelow({ project: 'never' }, 'instance')).toBe(true);
  });

  it('lets an error of its own through, and stores nothing', async () => {
    const failure = new Error('The directory is down.');
    const settings = await open({ authorize: () => Promise.reject(failure) });
    await expect(settings.execute(tree[0]!, { actor: as('good') })).rejects.toBe(failure);
    expect(settings.position).toBe(-1n);
  });

  it('can be left out for scripts', async () => {
    const settings = await open({ authorize: allowAll });
    expect(await settings.execute(tree[0]!, { actor: as('script') })).toMatchObject({ visible: true });
  });
});
