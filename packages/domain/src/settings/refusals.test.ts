import { describe, it } from 'vitest';
import type { IntegrationDefinition } from '../catalog/definition.ts';
import {
  changeCustomSettings,
  inheritFields,
  overrideFields,
  revertSettings,
  switchToCustom,
  switchToInherited,
} from '../create-settings-commands.ts';
import { alpha, apollo, atInstance, below, eventsOf, givenOf } from './settings.fixture.ts';

const nothing = below(atInstance());

describe('of several refusals the first counts', () => {
  const events = eventsOf('web');
  const web = {
    levels: ['instance', 'project'],
    fields: { url: { type: 'string', format: 'url', required: true }, pin: { type: 'string', secret: true } },
  } satisfies IntegrationDefinition;
  const locked = below(atInstance(events.instanceSet({ url: 'https://a.example' }), events.locked(undefined)));
  const bad = { nope: 'x', pin: 'p' };
  const givenWeb = givenOf('web', web);
  const group = eventsOf('web').groupSet('alpha');

  it('the integration before the level', () =>
    givenWeb()
      .when(switchToCustom(alpha, 'web', bad), { ...locked, lost: true })
      .thenRejected('UnknownIntegration'));

  it('the level before the mode', () => {
    givenWeb()
      .when(changeCustomSettings(alpha, 'web', bad), locked)
      .thenRejected('NotAvailableAtLevel');
    givenWeb(group)
      .when(overrideFields(alpha, 'web', bad), locked)
      .thenRejected('NotAvailableAtLevel');
    givenWeb()
      .when(switchToCustom(alpha, 'web', bad), locked)
      .thenRejected('NotAvailableAtLevel');
    givenWeb()
      .when(switchToInherited(alpha, 'web', { active: false }), locked)
      .thenRejected('NotAvailableAtLevel');
    givenWeb()
      .when(revertSettings(alpha, 'web', '5'), { ...locked, asOf: [group] })
      .thenRejected('NotAvailableAtLevel');
  });

  it('the mode before the lock', () => {
    givenWeb()
      .when(changeCustomSettings(apollo, 'web', bad), locked)
      .thenRejected('NotCustom');
    givenWeb(events.customSet())
      .when(overrideFields(apollo, 'web', bad), locked)
      .thenRejected('NotInheriting');
    givenWeb()
      .when(overrideFields(apollo, 'web', bad), nothing)
      .thenRejected('NoDefaultToInherit');
  });

  it('the lock before the keyring', () =>
    givenWeb()
      .when(switchToCustom(apollo, 'web', bad), { ...locked, canSeal: false })
      .thenRejected('LockedByAncestor'));

  it('the keyring before the values', () =>
    givenWeb()
      .when(switchToCustom(apollo, 'web', bad), { ...nothing, canSeal: false })
      .thenFails('SECRETS_NOT_CONFIGURED'));

  it('what was stored at a level that is allowed no more can be given back', () => {
    givenWeb(group)
      .when(switchToInherited(alpha, 'web'), locked)
      .thenEvents({ type: 'SwitchedToInherited', data: { group: 'alpha', integration: 'web' } });
    givenWeb(events.groupOverridden('alpha', { url: 'https://b.example' }))
      .when(inheritFields(alpha, 'web', ['url']), locked)
      .thenEvents({ type: 'FieldsInherited', data: { group: 'alpha', integration: 'web', fields: ['url'] } });
  });
});
