import { describe, it } from 'vitest';
import { lockDefault, unlockDefault } from '../create-settings-commands.ts';
import { alpha, atInstance, below, given, givenOf, instance, trackerEvents } from './settings.fixture.ts';

const { instanceSet, groupSet, locked, unlocked } = trackerEvents;
const nothing = below(atInstance());
const wholeAbove = below(atInstance(instanceSet(), locked(undefined)));

describe('LockDefault', () => {
  it('locks the whole, of the instance or of a group, before there is anything to lock', () => {
    given().when(lockDefault(instance, 'tracker')).thenEvents(locked(undefined));
    given().when(lockDefault(alpha, 'tracker'), nothing).thenEvents(locked('alpha'));
  });

  it('is possible below another lock', () =>
    given()
      .when(lockDefault(alpha, 'tracker', ['title']), wholeAbove)
      .thenEvents(locked('alpha', ['title'])));

  it('locks fields, `active` among them: the definition’s order first, then the others by code unit', () =>
    given()
      .when(lockDefault(instance, 'tracker', ['active', 'labels', 'title', 'labels']))
      .thenEvents(locked(undefined, ['title', 'labels', 'active'])));

  it('adds fields to those that are locked, and names only the new ones', () =>
    given(locked(undefined, ['title']))
      .when(lockDefault(instance, 'tracker', ['retries', 'title']))
      .thenEvents(locked(undefined, ['retries'])));

  it('appends nothing for fields that are locked already, singly or as a whole', () => {
    given(locked(undefined, ['title']))
      .when(lockDefault(instance, 'tracker', ['title']))
      .thenNothing();
    given(locked(undefined))
      .when(lockDefault(instance, 'tracker', ['title']))
      .thenNothing();
    given(locked(undefined)).when(lockDefault(instance, 'tracker')).thenNothing();
  });

  it('makes a lock of fields a whole one', () =>
    given(locked(undefined, ['title']))
      .when(lockDefault(instance, 'tracker'))
      .thenEvents(locked(undefined)));

  it('of one field of a connection names all of them', () =>
    given()
      .when(lockDefault(instance, 'tracker', ['username', 'title']))
      .thenEvents(locked(undefined, ['url', 'api_url', 'username', 'token', 'title'])));

  it('names what a connection that grew lacks in the lock', () =>
    given(locked(undefined, ['url']))
      .when(lockDefault(instance, 'tracker', ['url']))
      .thenEvents(locked(undefined, ['api_url', 'username', 'token'])));

  it('with `only` lifts the others and adds what is new, each only if there is a difference', () => {
    given(locked(undefined, ['title', 'retries']))
      .when(lockDefault(instance, 'tracker', ['retries', 'labels'], { only: true }))
      .thenEvents(unlocked(undefined, ['title']), locked(undefined, ['labels']));
    given(locked(undefined, ['title', 'retries']))
      .when(lockDefault(instance, 'tracker', ['retries'], { only: true }))
      .thenEvents(unlocked(undefined, ['title']));
    given(locked(undefined, ['title']))
      .when(lockDefault(instance, 'tracker', ['retries', 'title'], { only: true }))
      .thenEvents(locked(undefined, ['retries']));
    given(locked(undefined, ['title']))
      .when(lockDefault(instance, 'tracker', ['title'], { only: true }))
      .thenNothing();
    given()
      .when(lockDefault(instance, 'tracker', ['title'], { only: true }))
      .thenEvents(locked(undefined, ['title']));
  });

  it('with `only` goes from the whole to fields by both events, the first without fields', () =>
    given(locked('alpha'))
      .when(lockDefault(alpha, 'tracker', ['title'], { only: true }), nothing)
      .thenEvents(unlocked('alpha'), locked('alpha', ['title'])));

  it('with `only` lifts names that the definition has lost', () =>
    given(locked(undefined, ['zebra', 'gone', 'title']))
      .when(lockDefault(instance, 'tracker', ['title'], { only: true }))
      .thenEvents(unlocked(undefined, ['gone', 'zebra'])));

  it('refuses names that are no fields, each of them, also of a whole lock', () => {
    given()
      .when(lockDefault(instance, 'tracker', ['nope', 'title', 'toString'] as never))
      .thenRejected('InvalidValues', ['nope', 'toString']);
    given(locked(undefined))
      .when(lockDefault(instance, 'tracker', ['nope']))
      .thenRejected('InvalidValues', ['nope']);
  });

  it('is rejected for an integration that the catalog does not have', () =>
    given(locked(undefined)).when(lockDefault(instance, 'tracker'), { lost: true }).thenRejected('UnknownIntegration'));
});

describe('UnlockDefault', () => {
  it('lifts all of a lock, whole or of fields', () => {
    given(locked(undefined)).when(unlockDefault(instance, 'tracker')).thenEvents(unlocked(undefined));
    given(locked('alpha', ['title']))
      .when(unlockDefault(alpha, 'tracker'), nothing)
      .thenEvents(unlocked('alpha'));
  });

  it('lifts named fields, those that are locked only, the whole connection for one of it', () => {
    given(locked(undefined, ['title', 'labels', 'active']))
      .when(unlockDefault(instance, 'tracker', ['active', 'title', 'retries']))
      .thenEvents(unlocked(undefined, ['title', 'active']));
    given(locked(undefined, ['token', 'url', 'title']))
      .when(unlockDefault(instance, 'tracker', ['username']))
      .thenEvents(unlocked(undefined, ['url', 'token']));
  });

  it('takes any name that is stored', () =>
    given(locked(undefined, ['gone', 'title']))
      .when(unlockDefault(instance, 'tracker', ['gone']))
      .thenEvents(unlocked(undefined, ['gone'])));

  it('appends nothing where nothing is locked', () => {
    given().when(unlockDefault(instance, 'tracker')).thenNothing();
    given()
      .when(unlockDefault(instance, 'tracker', ['title']))
      .thenNothing();
    given(locked(undefined, ['title']))
      .when(unlockDefault(instance, 'tracker', ['retries']))
      .thenNothing();
  });

  it('refuses fields under a whole lock', () =>
    given(locked(undefined))
      .when(unlockDefault(instance, 'tracker', ['title']))
      .thenRejected('InvalidCommand', ['fields']));

  it('refuses names that are neither fields nor stored', () =>
    given(locked(undefined, ['title']))
      .when(unlockDefault(instance, 'tracker', ['nope', 'title']))
      .thenRejected('InvalidValues', ['nope']));

  it('takes an integration that the catalog has lost, by fields too, whatever else is own', () => {
    given(locked(undefined, ['title']))
      .when(unlockDefault(instance, 'tracker'), { lost: true })
      .thenEvents(unlocked(undefined));
    given(instanceSet(), locked(undefined, ['title', 'retries']))
      .when(unlockDefault(instance, 'tracker', ['title']), { lost: true })
      .thenEvents(unlocked(undefined, ['title']));
    given()
      .when(unlockDefault(instance, 'tracker'), { lost: true, unheardOf: true })
      .thenRejected('UnknownIntegration');
  });
});

describe('a lock', () => {
  it('says nothing about own settings, however incomplete they are', () =>
    givenOf('tracker', { fields: { title: { type: 'string', required: true } } })(groupSet('alpha'))
      .when(lockDefault(alpha, 'tracker', ['title']), nothing)
      .thenEvents(locked('alpha', ['title'])));
});
