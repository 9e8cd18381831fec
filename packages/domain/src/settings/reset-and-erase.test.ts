import { describe, it } from 'vitest';
import {
  eraseSecrets,
  resetGroupDefault,
  resetInstanceDefault,
  resetProjectSettings,
} from '../create-settings-commands.ts';
import { secretOf } from '../testing/index.ts';
import { alpha, apollo, atInstance, below, given, instance, trackerEvents } from './settings.fixture.ts';

const {
  instanceSet,
  instanceReset,
  groupSet,
  groupReset,
  customSet,
  projectReset,
  overridden,
  locked,
  unlocked,
  erased,
} = trackerEvents;
const nothing = below(atInstance());

describe('a reset', () => {
  it('removes what the scope has of its own', () => {
    given(instanceSet()).when(resetInstanceDefault('tracker')).thenEvents(instanceReset());
    given(groupSet('alpha')).when(resetGroupDefault('alpha', 'tracker'), nothing).thenEvents(groupReset('alpha'));
    given(customSet()).when(resetProjectSettings('apollo', 'tracker'), nothing).thenEvents(projectReset());
    given(overridden({ title: 'a' }))
      .when(resetProjectSettings('apollo', 'tracker'), nothing)
      .thenEvents(projectReset());
  });

  it('appends nothing where nothing is own', () => {
    given().when(resetInstanceDefault('tracker')).thenNothing();
    given(groupSet('alpha'), groupReset('alpha')).when(resetGroupDefault('alpha', 'tracker'), nothing).thenNothing();
    given(trackerEvents.toInherited()).when(resetProjectSettings('apollo', 'tracker'), nothing).thenNothing();
  });

  it('lifts the lock first, and says so', () =>
    given(instanceSet(), locked(undefined, ['title']))
      .when(resetInstanceDefault('tracker'))
      .thenEvents(unlocked(undefined), instanceReset()));

  it('lifts the lock of a scope that has nothing else', () =>
    given(locked('alpha')).when(resetGroupDefault('alpha', 'tracker'), nothing).thenEvents(unlocked('alpha')));

  it('is never refused for a lock, or for an integration that the catalog has lost', () => {
    const whole = below(atInstance(instanceSet(), locked(undefined)));
    given(customSet()).when(resetProjectSettings('apollo', 'tracker'), whole).thenEvents(projectReset());
    given(customSet())
      .when(resetProjectSettings('apollo', 'tracker'), { ...nothing, lost: true })
      .thenEvents(projectReset());
  });

  it('is rejected for an integration that never was', () =>
    given().when(resetInstanceDefault('tracker'), { lost: true, unheardOf: true }).thenRejected('UnknownIntegration'));
});

describe('EraseSecrets', () => {
  const token = secretOf('t', instance);

  it('names its subject in full', () => {
    given(instanceSet({ token })).when(eraseSecrets(instance, 'tracker')).thenEvents(erased());
    given(groupSet('alpha', { token })).when(eraseSecrets(alpha, 'tracker'), nothing).thenEvents(erased(alpha));
    given(customSet({ token })).when(eraseSecrets(apollo, 'tracker'), nothing).thenEvents(erased(apollo));
  });

  it('appends for any value of the present era, for the fold does not know which are secrets', () =>
    given(customSet({ title: 'a' }))
      .when(eraseSecrets(apollo, 'tracker'), nothing)
      .thenEvents(erased(apollo)));

  it('appends for values that only the log still holds', () => {
    given(customSet({ token }), projectReset())
      .when(eraseSecrets(apollo, 'tracker'), nothing)
      .thenEvents(erased(apollo));
    given(customSet({ token }), trackerEvents.customChanged({ values: { token: null } }))
      .when(eraseSecrets(apollo, 'tracker'), nothing)
      .thenEvents(erased(apollo));
  });

  it('appends for a copy elsewhere, though nothing is left here', () =>
    given()
      .when(eraseSecrets(apollo, 'tracker'), { ...nothing, copiedElsewhere: true })
      .thenEvents(erased(apollo)));

  it('appends nothing where no value is of the present era', () => {
    given().when(eraseSecrets(apollo, 'tracker'), nothing).thenNothing();
    given(customSet({ token }), erased(apollo)).when(eraseSecrets(apollo, 'tracker'), nothing).thenNothing();
    given(overridden({ title: null }, false), erased(apollo))
      .when(eraseSecrets(apollo, 'tracker'), nothing)
      .thenNothing();
    given(overridden({ title: null }, false))
      .when(eraseSecrets(apollo, 'tracker'), nothing)
      .thenNothing();
  });

  it('appends again once there are values of the new era', () =>
    given(customSet({ token }), erased(apollo), trackerEvents.customChanged({ values: { title: 'a' } }))
      .when(eraseSecrets(apollo, 'tracker'), nothing)
      .thenEvents(erased(apollo)));

  it('takes an integration that the catalog has lost, but not one that never was', () => {
    given(instanceSet({ token })).when(eraseSecrets(instance, 'tracker'), { lost: true }).thenEvents(erased());
    given().when(eraseSecrets(instance, 'tracker'), { lost: true, unheardOf: true }).thenRejected('UnknownIntegration');
  });
});
