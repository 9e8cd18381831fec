import { randomUUID } from 'node:crypto';
import {
  lockDefault,
  moveGroup,
  registerGroup,
  registerProject,
  removeProject,
  setInstanceDefault,
} from '@integration-settings/domain';
import { expect, it } from 'vitest';
import type { CommandOptions, IntegrationSettings } from './integration-settings.ts';
import { admin, as, expectNothingStored, given, open, refusal, shared } from './settings.fixture.ts';

const stranger = as('stranger', { group: 'elsewhere' });
const used = randomUUID();
const below = { project: 'apollo' };
/** The place of the position that everything has changed since. */
const longAgo = { ifImpactAt: -1n };

const prepare = async (settings: IntegrationSettings): Promise<void> => {
  await given(
    settings,
    registerGroup('crew', { parent: null }),
    registerProject('apollo', { group: 'crew' }),
    registerProject('gemini', { group: 'crew' }),
    removeProject('gemini'),
    registerGroup('mission', { parent: null }),
    moveGroup('crew', { parent: 'mission' }),
    setInstanceDefault('tracker', { url: 'https://tracker.example' }, { active: false }),
    lockDefault('instance', 'tracker'),
  );
  await settings.execute(setInstanceDefault('chat', { channel: 'a' }), { actor: admin, commandId: used });
};

const cases: readonly [first: string, command: unknown, options: Partial<CommandOptions>, expected: string][] = [
  [
    'malformed, before not authorised',
    { type: 'RegisterProject', data: { project: 'x' } },
    { actor: stranger },
    'InvalidCommand',
  ],
  [
    'not authorised, before an unknown scope and a used id',
    setInstanceDefault('chat', { channel: 'b' }),
    { actor: stranger, commandId: used },
    'NOT_AUTHORIZED',
  ],
  [
    'a used id, before an unknown scope',
    { type: 'SwitchToCustom', data: { project: 'nowhere', integration: 'chat' } },
    { commandId: used },
    'CommandIdReused',
  ],
  [
    'an unknown scope, before the revision',
    { type: 'SwitchToCustom', data: { project: 'nowhere', integration: 'nothing' } },
    { expectedRevision: 7n },
    'UnknownScope',
  ],
  [
    'a registered id, before the revision',
    registerProject('apollo', { group: null }),
    { expectedRevision: 7n },
    'AlreadyRegistered',
  ],
  [
    'an unknown target, before the revision',
    moveGroup('crew', { parent: 'nowhere' }),
    { expectedRevision: 7n },
    'UnknownScope',
  ],
  [
    'the revision, before the impact',
    { type: 'SwitchToCustom', data: { ...below, integration: 'nothing' } },
    { expectedRevision: 7n, ...longAgo },
    'EXPECTED_REVISION_CONFLICT',
  ],
  [
    'the impact, before an unknown integration',
    { type: 'SwitchToCustom', data: { ...below, integration: 'nothing' } },
    longAgo,
    'PREVIEW_OUTDATED',
  ],
  [
    'the revision, before a circle',
    moveGroup('mission', { parent: 'crew' }),
    { expectedRevision: 7n },
    'EXPECTED_REVISION_CONFLICT',
  ],
  ['the impact, before a circle', moveGroup('mission', { parent: 'crew' }), longAgo, 'PREVIEW_OUTDATED'],
  [
    'an unknown integration, before the values',
    { type: 'SwitchToCustom', data: { ...below, integration: 'nothing', values: { a: {} } } },
    {},
    'UnknownIntegration',
  ],
  [
    'the level, before the mode',
    { type: 'ChangeCustomSettings', data: { ...below, integration: 'central' } },
    {},
    'NotAvailableAtLevel',
  ],
  [
    'the mode, before the lock',
    { type: 'ChangeCustomSettings', data: { ...below, integration: 'tracker', values: { token: 'hush-1' } } },
    {},
    'NotCustom',
  ],
  [
    'the lock, before the missing keyring',
    { type: 'SwitchToCustom', data: { ...below, integration: 'tracker', values: { token: 'hush-1' } } },
    {},
    'LockedByAncestor',
  ],
  [
    'the missing keyring, before the values',
    setInstanceDefault('tracker', { url: 'no address', token: 'hush-1' }),
    {},
    'SECRETS_NOT_CONFIGURED',
  ],
];

it.each(cases)('refuses for %s', async (_, command, options, expected) => {
  const eventStore = shared();
  const settings = await open({ eventStore, keyring: 'none' });
  await prepare(settings);
  await expectNothingStored(eventStore, async () => expect(await refusal(settings, command, options)).toBe(expected));
});

it('refuses what is not authorised before it says that the store is newer, and that before it knows an id', async () => {
  const eventStore = shared();
  const settings = await open({ eventStore });
  await prepare(settings);
  const metadata = { commandId: randomUUID(), commandHash: '', actor: 'a', at: '', schemaVersion: 1 };
  const { position } = await eventStore.appendToStream(
    'integrations.later-1',
    [{ id: randomUUID(), type: 'FromTheFuture', data: {}, metadata }],
    { expectedRevision: 'no_stream' },
  );
  await expect(settings.waitFor(position)).rejects.toMatchObject({ code: 'STORE_NEWER' });
  const command = setInstanceDefault('chat', { channel: 'a' });
  expect(await refusal(settings, command, { actor: stranger, commandId: used })).toBe('NOT_AUTHORIZED');
  expect(await refusal(settings, command, { commandId: used })).toBe('STORE_NEWER');
});
