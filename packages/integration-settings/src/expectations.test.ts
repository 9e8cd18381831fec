import {
  type Command,
  moveGroup,
  registerGroup,
  registerProject,
  removeProject,
  renameGroup,
  renameProject,
  setGroupDefault,
  setInstanceDefault,
  switchToCustom,
  transferProject,
} from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import type { IntegrationSettings } from './integration-settings.ts';
import {
  admin,
  errorOf,
  expectNothingStored,
  given,
  logOf,
  open,
  refusal,
  shared,
  withChanges,
} from './settings.fixture.ts';

const channel = (name: string) => setInstanceDefault('chat', { channel: name });

describe('expectedRevision', () => {
  it('lets a command through at the revision that reads give, as bigint or text', async () => {
    const settings = await open();
    expect(settings.own('instance', 'chat').revision).toBe('no_stream');
    await settings.execute(channel('a'), { actor: admin, expectedRevision: 'no_stream' });
    await settings.execute(channel('b'), { actor: admin, expectedRevision: settings.own('instance', 'chat').revision });
    await settings.execute(channel('c'), { actor: admin, expectedRevision: '1' });
    await given(settings, registerGroup('crew', { parent: null }));
    const expectedRevision = settings.scopes.revision({ group: 'crew' });
    await settings.execute(renameGroup('crew', 'The crew'), { actor: admin, expectedRevision });
    expect(settings.scopes.revision({ group: 'crew' })).toBe(1n);
  });

  it.each(['no_stream', 0n, '0', 2n] as const)('refuses a command at another one: %s', async (expectedRevision) => {
    const eventStore = shared();
    const settings = await open({ eventStore });
    await given(settings, channel('a'), channel('b'));
    await expectNothingStored(eventStore, async () => {
      const error = await errorOf(settings.execute(channel('c'), { actor: admin, expectedRevision }));
      expect(error).toMatchObject({ code: 'EXPECTED_REVISION_CONFLICT', actual: 1n });
    });
  });

  it.each([
    ['a default that is so already', channel('b')],
    ['a removal of what is removed', removeProject('apollo')],
    ['a registration of what is registered so', registerGroup('crew', { parent: null })],
  ])('is checked also where nothing would be appended: %s', async (_, command) => {
    const settings = await open();
    await given(
      settings,
      channel('b'),
      registerGroup('crew', { parent: null }),
      registerProject('apollo', { group: null }),
      removeProject('apollo'),
    );
    expect(await refusal(settings, command, { expectedRevision: 7n })).toBe('EXPECTED_REVISION_CONFLICT');
    expect(await settings.execute(command, { actor: admin })).toMatchObject({ events: [] });
  });
});

describe('ifImpactAt', () => {
  const tree: readonly Command[] = [
    registerGroup('outer', { parent: null }),
    registerGroup('inner', { parent: 'outer' }),
    registerGroup('side', { parent: null }),
    registerProject('apollo', { group: 'inner' }),
    registerProject('gemini', { group: 'side' }),
    channel('a'),
    setInstanceDefault('tracker', {}, { active: false }),
  ];
  const defaultOf = (group: string) => setGroupDefault(group, 'chat', { channel: group });
  /** What the command says when, after its preview, something else has happened. */
  const after = async (event: Command, command: Command): Promise<string> => {
    const settings = await open();
    await given(settings, ...tree);
    const { position } = await settings.preview(command, { actor: admin });
    await given(settings, event);
    const ifImpactAt = String(position);
    const outcome = await settings.execute(command, { actor: admin, ifImpactAt }).then(
      () => 'done',
      (error: unknown) => (error as { code: string }).code,
    );
    return outcome;
  };

  it.each<[string, Command]>([
    ['a default at the scope', defaultOf('inner')],
    ['a default above', channel('b')],
    ['custom settings below', switchToCustom({ project: 'apollo' }, 'chat')],
    ['a lock above', { type: 'LockDefault', data: { group: 'outer', integration: 'chat' } }],
    ['a move of the scope', moveGroup('inner', { parent: null })],
    ['a move above', moveGroup('outer', { parent: 'side' })],
    ['a move into it', transferProject('gemini', { group: 'inner' })],
    ['a move out of it', transferProject('apollo', { group: 'side' })],
  ])('refuses a change of settings after %s', async (_, event) => {
    expect(await after(event, setGroupDefault('inner', 'chat', { channel: 'x' }))).toBe('PREVIEW_OUTDATED');
  });

  it.each<[string, Command]>([
    ['settings beside it', defaultOf('side')],
    ['another integration', setInstanceDefault('tracker', { board: 'b' })],
    ['a registration below', registerProject('mercury', { group: 'inner' })],
    ['a removal below', removeProject('apollo')],
    ['a move beside it', transferProject('gemini', { group: null })],
    ['a name', renameProject('apollo', 'Apollo')],
  ])('lets a change of settings through after %s', async (_, event) => {
    expect(await after(event, setGroupDefault('inner', 'chat', { channel: 'x' }))).toBe('done');
  });

  it.each<[string, Command]>([
    ['any settings at the target', setGroupDefault('side', 'tracker', { board: 'b' }, { active: false })],
    ['a registration below', registerProject('mercury', { group: 'inner' })],
    ['a name above', renameGroup('outer', 'The outer')],
  ])('refuses a move after %s', async (_, event) => {
    expect(await after(event, moveGroup('inner', { parent: 'side' }))).toBe('PREVIEW_OUTDATED');
  });

  it('refuses after more than 10 000 events of whatever kind', async () => {
    const settings = await open();
    await given(settings, channel('a'), registerGroup('side', { parent: null }));
    const command = channel('b');
    const { position } = await settings.preview(command, { actor: admin });
    const names = Array.from({ length: 10_001 }, (_, index) => renameGroup('side', `name ${index}`));
    const rename = (command: Command) => settings.execute(command, { actor: admin });
    await Promise.all(names.slice(0, 10_000).map(rename));
    const impact = (settings: IntegrationSettings) =>
      settings.execute(setInstanceDefault('chat', { channel: 'a' }), { actor: admin, ifImpactAt: position });
    expect(await impact(settings)).toMatchObject({ events: [] });
    await Promise.all(names.slice(10_000).map(rename));
    expect(await refusal(settings, command, { ifImpactAt: position })).toBe('PREVIEW_OUTDATED');
  });
});

describe('an aborted signal', () => {
  it('keeps the command from being stored, also while it waits for an earlier one', async () => {
    const eventStore = shared();
    const append = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const slow = withChanges(eventStore, {
      appendToStream: async (...all) => {
        begun.resolve();
        await append.promise;
        return eventStore.appendToStream(...all);
      },
    });
    const settings = await open({ eventStore: slow });
    const reason = new Error('changed my mind');
    expect(await errorOf(settings.execute(channel('a'), { actor: admin, signal: AbortSignal.abort(reason) }))).toBe(
      reason,
    );
    const controller = new AbortController();
    const first = settings.execute(channel('b'), { actor: admin });
    const second = errorOf(settings.execute(channel('c'), { actor: admin, signal: controller.signal }));
    await begun.promise;
    controller.abort(reason);
    append.resolve();
    expect(await first).toMatchObject({ revision: 0n });
    expect(await second).toBe(reason);
    expect(await logOf(eventStore)).toHaveLength(1);
  });

  it('comes too late once the append has begun', async () => {
    const eventStore = shared();
    const controller = new AbortController();
    const settings = await open({
      eventStore: withChanges(eventStore, {
        appendToStream: (...all) => {
          controller.abort();
          return eventStore.appendToStream(...all);
        },
      }),
    });
    const receipt = await settings.execute(channel('a'), { actor: admin, signal: controller.signal });
    expect(receipt).toMatchObject({ visible: true, revision: 0n });
  });
});
