import { openMemoryEventStore } from '@integration-settings/adapters/memory';
import {
  lockDefault,
  moveGroup,
  registerGroup,
  registerProject,
  resetInstanceDefault,
  setInstanceDefault,
  switchToCustom,
  switchToInherited,
} from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { admin, expectNothingStored, given, logOf, open, refusal } from './settings.fixture.ts';

describe('a command that was answered', () => {
  it('shows in the next read, at the position and revision of its receipt', async () => {
    const settings = await open();
    const registered = await settings.execute(registerProject('apollo', { group: null }), { actor: admin });
    expect(settings.scopes.exists({ project: 'apollo' })).toBe(true);
    expect(registered).toMatchObject({ position: settings.position, revision: 0n, visible: true, duplicate: false });
    const set = await settings.execute(setInstanceDefault('chat', { channel: 'general' }), { actor: admin });
    expect(settings.effective({ project: 'apollo' }, 'chat')).toMatchObject({
      mode: 'inherited',
      active: true,
      values: { channel: 'general' },
      position: set.position,
    });
    expect(settings.own('instance', 'chat').revision).toBe(set.revision);
  });

  it('shows whatever else was commanded at the same time', async () => {
    const settings = await open();
    await given(settings, setInstanceDefault('chat', { channel: 'general' }));
    const projects = Array.from({ length: 200 }, (_, index) => `project-${index}`);
    const seen = await Promise.all(
      projects.map(async (project, index) => {
        await settings.execute(registerProject(project, { group: null }), { actor: admin });
        if (index % 2 === 1) return settings.effective({ project }, 'chat').values['channel'];
        await settings.execute(switchToCustom({ project }, 'chat', { channel: project }), { actor: admin });
        return settings.effective({ project }, 'chat').values['channel'];
      }),
    );
    expect(seen).toEqual(projects.map((project, index) => (index % 2 === 1 ? 'general' : project)));
    expect(settings.counts('chat').byMode).toEqual({ unconfigured: 0, inherited: 100, partial: 0, custom: 100 });
  });

  it('keeps the order in which commands for one stream were given', async () => {
    const settings = await open();
    const channels = Array.from({ length: 50 }, (_, index) => `channel-${index}`);
    const receipts = await Promise.all(
      channels.map((channel) => settings.execute(setInstanceDefault('chat', { channel }), { actor: admin })),
    );
    expect(receipts.map(({ revision }) => revision)).toEqual(channels.map((_, index) => BigInt(index)));
    expect(settings.effective('instance', 'chat').values).toEqual({ channel: 'channel-49' });
  });

  it('shows several events together, at the position of the last', async () => {
    const eventStore = openMemoryEventStore();
    const settings = await open({ eventStore });
    await given(
      settings,
      registerGroup('crew', { parent: null }),
      setInstanceDefault('chat', { channel: 'general' }),
      lockDefault('instance', 'chat', ['channel']),
    );
    const shown: unknown[] = [];
    settings.watch({ group: 'crew' }, 'chat').subscribe(({ values, lockedBy }) => shown.push([values, lockedBy]));
    const receipt = await settings.execute(resetInstanceDefault('chat'), { actor: admin });
    expect(receipt.events.map(({ type }) => type)).toEqual(['DefaultUnlocked', 'InstanceDefaultReset']);
    expect(receipt.events.map(({ metadata }) => metadata.part)).toEqual([
      [0, 2],
      [1, 2],
    ]);
    expect(receipt).toMatchObject({ position: settings.position, revision: 3n });
    expect(receipt.events.map(({ position }) => position)).toEqual([settings.position - 1n, settings.position]);
    expect(shown).toEqual([
      [{ channel: 'general' }, 'instance'],
      [{}, undefined],
    ]);
  });
});

describe('a command that is already true', () => {
  it.each([
    ['the same default', setInstanceDefault('chat', { channel: 'general', labels: ['a', 'b'] })],
    ['less than the default', setInstanceDefault('chat', { labels: ['a', 'b'] })],
    ['the same toggle', setInstanceDefault('chat', undefined, { active: true })],
    ['empty for what is empty', setInstanceDefault('chat', { notify: null })],
    ['the same registration', registerGroup('crew', { parent: null })],
    ['the same registration, its name being its id', registerGroup('crew', { parent: null, name: 'crew' })],
    ['a move to where it is', moveGroup('crew', { parent: null })],
    ['to inherit what it inherits', switchToInherited({ group: 'crew' }, 'chat')],
  ])('appends nothing: %s', async (_, command) => {
    const eventStore = openMemoryEventStore();
    const settings = await open({ eventStore });
    await given(
      settings,
      registerGroup('crew', { parent: null }),
      setInstanceDefault('chat', { channel: 'general', labels: ['a', 'b'] }),
    );
    await expectNothingStored(eventStore, async () => {
      const receipt = await settings.execute(command, { actor: admin });
      expect(receipt).toMatchObject({ events: [], position: settings.position, duplicate: false, visible: true });
    });
  });

  it('appends nothing where the same secret is entered again at its origin', async () => {
    const eventStore = openMemoryEventStore();
    const settings = await open({ eventStore });
    const command = setInstanceDefault('tracker', { url: 'https://tracker.example', token: 'hush-1' });
    await given(settings, command);
    const { token } = settings.effective('instance', 'tracker').values;
    await expectNothingStored(eventStore, () => settings.execute(command, { actor: admin }));
    expect(settings.effective('instance', 'tracker').values['token']).toBe(token);
  });

  it('makes a secret of its own where the same text is entered for a copy', async () => {
    const settings = await open();
    await given(
      settings,
      registerProject('apollo', { group: null }),
      setInstanceDefault('tracker', { url: 'https://tracker.example', token: 'hush-1' }),
      switchToCustom({ project: 'apollo' }, 'tracker'),
    );
    const copy = settings.effective({ project: 'apollo' }, 'tracker').values['token'];
    expect(copy).toMatchObject({ origin: 'instance' });
    await given(settings, {
      type: 'ChangeCustomSettings',
      data: { project: 'apollo', integration: 'tracker', values: { token: 'hush-1' } },
    });
    expect(settings.effective({ project: 'apollo' }, 'tracker').values['token']).toMatchObject({
      origin: { project: 'apollo' },
    });
  });

  it('has the revision of its stream in its receipt', async () => {
    const settings = await open();
    await given(settings, registerGroup('crew', { parent: null }));
    const { revision } = await settings.execute(resetInstanceDefault('chat'), { actor: admin });
    expect(revision).toBe('no_stream');
  });
});

it('leaves everything as it was where a command is rejected', async () => {
  const eventStore = openMemoryEventStore();
  const settings = await open({ eventStore });
  await given(settings, registerGroup('crew', { parent: null }), setInstanceDefault('chat', { channel: 'general' }));
  const before = settings.effective({ group: 'crew' }, 'chat');
  const log = await logOf(eventStore);
  expect(await refusal(settings, setInstanceDefault('chat', { channel: null, notify: 'some' }))).toBe('InvalidValues');
  expect(await refusal(settings, moveGroup('crew', { parent: 'crew' }))).toBe('WouldCycle');
  expect(settings.effective({ group: 'crew' }, 'chat')).toBe(before);
  expect(settings.position).toBe(log.at(-1)?.position);
  expect(await logOf(eventStore)).toEqual(log);
});
