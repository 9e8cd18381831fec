import {
  eraseSecrets,
  lockDefault,
  overrideFields,
  registerProject,
  resetProjectSettings,
  revertSettings,
  setInstanceDefault,
  switchToCustom,
  switchToInherited,
} from '@integration-settings/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import type { IntegrationSettings } from './integration-settings.ts';
import { admin, as, given, open, reasonOf } from './settings.fixture.ts';

const apollo = { project: 'apollo' };
const secret = { url: 'https://one.example', token: 'hush' };

let settings: IntegrationSettings;
let now: number;
beforeEach(async () => {
  now = Date.UTC(2026, 0, 1);
  settings = await open({ clock: () => new Date((now += 1_000)) });
  await given(
    settings,
    registerProject('apollo', { group: null }),
    setInstanceDefault('chat', { channel: 'general' }),
    switchToCustom(apollo, 'chat', { channel: 'crew', notify: 'all' }),
  );
});

describe('revert', () => {
  it('gives a scope back what it had, by position and by time', async () => {
    const { position } = settings;
    const before = settings.own(apollo, 'chat');
    for (const to of [position, position.toString(), new Date(now)]) {
      await given(settings, switchToInherited(apollo, 'chat'));
      const { events } = await settings.revert(apollo, 'chat', { actor: admin, to, reason: 'undo' });
      expect(events).toMatchObject([{ type: 'SwitchedToCustom', metadata: { reason: 'undo' } }]);
      expect(settings.own(apollo, 'chat')).toEqual({ ...before, revision: settings.own(apollo, 'chat').revision });
    }
  });

  it('gives nothing where there was nothing, and has nothing to do where it is so', async () => {
    const { events } = await settings.revert(apollo, 'chat', { actor: admin, to: -1n });
    expect(events.map(({ type }) => type)).toEqual(['ProjectSettingsReset']);
    expect(await settings.revert(apollo, 'chat', { actor: admin, to: -1n })).toMatchObject({ events: [] });
  });

  it('is previewed as it will be', async () => {
    const { position } = settings;
    await given(settings, resetProjectSettings('apollo', 'chat'));
    const command = revertSettings(apollo, 'chat', position.toString());
    expect(await settings.preview(command, { actor: admin })).toMatchObject({
      affected: 1,
      events: [{ type: 'SwitchedToCustom' }],
    });
    expect(settings.own(apollo, 'chat').mode).toBe('none');
  });

  it('goes to before a command whose events are not all there yet', async () => {
    await given(settings, switchToInherited(apollo, 'chat'), overrideFields(apollo, 'chat', { notify: 'none' }));
    const partial = settings.position;
    await given(settings, switchToCustom(apollo, 'chat', { channel: 'other' }));
    const { events } = await settings.revert(apollo, 'chat', { actor: admin, to: partial });
    expect(events.map(({ type }) => type)).toEqual(['SwitchedToInherited', 'FieldsOverridden']);
    await settings.revert(apollo, 'chat', { actor: admin, to: events[0]!.position });
    expect(settings.own(apollo, 'chat')).toMatchObject({ mode: 'custom', values: { channel: 'other' } });
    await settings.revert(apollo, 'chat', { actor: admin, to: events[1]!.position });
    expect(settings.own(apollo, 'chat')).toMatchObject({ mode: 'partial', values: { notify: 'none' } });
  });

  it('brings secrets back as they were, and their text', async () => {
    await given(settings, switchToCustom(apollo, 'tracker', secret));
    const { position } = settings;
    const { token } = settings.effective(apollo, 'tracker').values;
    await given(settings, switchToCustom(apollo, 'tracker', { url: 'https://two.example', token: 'other' }));
    await settings.revert(apollo, 'tracker', { actor: admin, to: position });
    expect(settings.effective(apollo, 'tracker').values['token']).toEqual(token);
    const { secrets } = await settings.reveal(apollo, 'tracker', { actor: admin, purpose: 'test' });
    expect(secrets).toEqual({ token: 'hush' });
  });

  it('brings back no secret that was erased', async () => {
    await given(settings, switchToCustom(apollo, 'tracker', secret));
    const { position } = settings;
    const erased = await settings.execute(eraseSecrets(apollo, 'tracker'), { actor: admin });
    expect(erased).toMatchObject({ keysDestroyed: true, events: [{ type: 'SecretsErased' }] });
    await given(settings, resetProjectSettings('apollo', 'tracker'));
    await settings.revert(apollo, 'tracker', { actor: admin, to: position });
    expect(settings.effective(apollo, 'tracker')).toMatchObject({ active: false, missing: ['token'] });
    expect(settings.own(apollo, 'tracker').values).toEqual({ url: secret.url });
  });

  it.each([
    ['past the head', '1000'],
    ['past the head', 1_000n],
    ['below the beginning', -2n],
    ['no moment', 'soon'],
  ])('is refused where the moment is %s', async (_, to) => {
    expect(await reasonOf(settings.revert(apollo, 'chat', { actor: admin, to }))).toBe('OUT_OF_RANGE');
  });

  it('is refused as a command for a position past the head, and previewed so', async () => {
    const command = revertSettings(apollo, 'chat', '1000');
    expect(await reasonOf(settings.execute(command, { actor: admin }))).toBe('OUT_OF_RANGE');
    expect(await reasonOf(settings.preview(command, { actor: admin }))).toBe('OUT_OF_RANGE');
  });

  it('is refused as any command is', async () => {
    const { position: to } = settings;
    await given(settings, lockDefault('instance', 'chat'));
    const revert = (project: string, actor = admin) =>
      reasonOf(settings.revert({ project }, 'chat', { actor, to: to - 1n }));
    expect(await revert('apollo')).toBe('LockedByAncestor');
    expect(await revert('nobody')).toBe('UnknownScope');
    expect(await revert('apollo', as('mallory'))).toBe('NOT_AUTHORIZED');
  });
});
