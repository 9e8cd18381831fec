import { describe, it } from 'vitest';
import {
  changeCustomSettings,
  inheritFields,
  overrideFields,
  setGroupDefault,
  switchToCustom,
  switchToInherited,
} from '../create-settings-commands.ts';
import { mask } from '../secret-ref.ts';
import { secretMarkOf, secretOf } from '../testing/index.ts';
import {
  alpha,
  apollo,
  atAlpha,
  atInstance,
  below,
  given,
  givenOf,
  instance,
  trackerEvents,
} from './settings.fixture.ts';

const { instanceSet, customSet, customChanged, overridden, toInherited, inherited, locked } = trackerEvents;
const url = 'https://tracker.example';
const token = secretOf('t', instance);
const settings = instanceSet({ url, token, title: 'ours' });
const whole = below(atInstance(settings, locked(undefined)));
const fields = (...names: readonly string[]) => below(atInstance(settings, locked(undefined, names)));

describe('below a whole lock', () => {
  it('every command that would give own settings is rejected, also when it would change nothing', () => {
    given().when(switchToCustom(apollo, 'tracker'), whole).thenRejected('LockedByAncestor');
    given(customSet({ title: 'a' }))
      .when(switchToCustom(apollo, 'tracker'), whole)
      .thenRejected('LockedByAncestor');
    given(customSet({ title: 'a' }))
      .when(changeCustomSettings(apollo, 'tracker', { title: 'a' }), whole)
      .thenRejected('LockedByAncestor');
    given(overridden({ title: 'a' }))
      .when(overrideFields(apollo, 'tracker', { title: 'a' }), whole)
      .thenRejected('LockedByAncestor');
    given()
      .when(setGroupDefault('alpha', 'tracker', {}), whole)
      .thenRejected('LockedByAncestor');
    given()
      .when(switchToInherited(apollo, 'tracker', { active: false }), whole)
      .thenRejected('LockedByAncestor');
    given(toInherited(false))
      .when(switchToInherited(apollo, 'tracker', { active: false }), whole)
      .thenRejected('LockedByAncestor');
  });

  it('giving back is allowed', () => {
    given(customSet({ title: 'a' }))
      .when(switchToInherited(apollo, 'tracker'), whole)
      .thenEvents(toInherited());
    given(overridden({ title: 'a' }))
      .when(switchToInherited(apollo, 'tracker', { active: true }), whole)
      .thenEvents(toInherited());
    given(overridden({ title: 'a' }))
      .when(inheritFields(apollo, 'tracker', ['title']), whole)
      .thenEvents(inherited(['title']));
  });

  it('the lock of a group that only inherits counts', () =>
    given()
      .when(switchToCustom(apollo, 'tracker'), below(atInstance(settings), atAlpha(locked('alpha'))))
      .thenRejected('LockedByAncestor'));

  it('a lock holds nothing while nothing is effective where it stands', () =>
    given()
      .when(switchToCustom(apollo, 'tracker', {}, { active: false }), below(atInstance(), atAlpha(locked('alpha'))))
      .thenEvents(customSet({}, false)));

  it('the locker itself is free', () =>
    given(trackerEvents.groupSet('alpha', { title: 'a' }), locked('alpha'))
      .when(setGroupDefault('alpha', 'tracker', { title: 'b' }), below(atInstance(settings)))
      .thenEvents(trackerEvents.groupChanged({ group: 'alpha', values: { title: 'b' } })));
});

describe('below a lock of fields', () => {
  it('another value than the one that holds is rejected, empty or the toggle included', () => {
    given()
      .when(overrideFields(apollo, 'tracker', { title: 'a' }), fields('title'))
      .thenRejected('LockedByAncestor');
    given()
      .when(overrideFields(apollo, 'tracker', { title: null }), fields('title'))
      .thenRejected('LockedByAncestor');
    given()
      .when(overrideFields(apollo, 'tracker', { retries: 1 }), fields('retries'))
      .thenRejected('LockedByAncestor');
    given()
      .when(overrideFields(apollo, 'tracker', {}, { active: false }), fields('active'))
      .thenRejected('LockedByAncestor');
    given()
      .when(switchToCustom(apollo, 'tracker', { title: 'a' }), fields('title'))
      .thenRejected('LockedByAncestor');
    given(customSet({ title: 'b' }))
      .when(changeCustomSettings(apollo, 'tracker', { title: 'a' }), fields('title'))
      .thenRejected('LockedByAncestor');
    given()
      .when(switchToInherited(apollo, 'tracker', { active: false }), fields('active'))
      .thenRejected('LockedByAncestor');
  });

  it('the value that holds may be given, and is stored', () => {
    given()
      .when(overrideFields(apollo, 'tracker', { title: 'ours' }), fields('title'))
      .thenEvents(overridden({ title: 'ours' }));
    given(customSet({ title: 'b' }, false))
      .when(changeCustomSettings(apollo, 'tracker', { title: 'ours' }), fields('title'))
      .thenEvents(customChanged({ values: { title: 'ours' } }));
    given()
      .when(overrideFields(apollo, 'tracker', { retries: null }), fields('retries'))
      .thenEvents(overridden({ retries: null }));
  });

  it('the value that is stored may be given', () => {
    given(customSet({ title: 'b' }, false))
      .when(
        changeCustomSettings(apollo, 'tracker', { title: 'b', retries: 1 }, { active: false }),
        fields('title', 'active'),
      )
      .thenEvents(customChanged({ values: { retries: 1 } }));
    given(overridden({ title: null }))
      .when(overrideFields(apollo, 'tracker', { title: null }), fields('title'))
      .thenNothing();
    given(toInherited(false))
      .when(switchToInherited(apollo, 'tracker', { active: false }), fields('active'))
      .thenNothing();
  });

  it('other fields are free, and a copy includes the locked values', () => {
    given()
      .when(overrideFields(apollo, 'tracker', { retries: 1 }), fields('title'))
      .thenEvents(overridden({ retries: 1 }));
    given(overridden({ title: 'hidden' }))
      .when(switchToCustom(apollo, 'tracker', { retries: 1 }), fields('title'))
      .thenEvents(customSet({ url, token, title: 'ours', retries: 1 }));
  });

  it('a change works on the scope’s own document, hidden values included', () =>
    given(customSet({ title: 'hidden' }, false))
      .when(changeCustomSettings(apollo, 'tracker', { retries: 1 }), fields('title'))
      .thenEvents(customChanged({ values: { retries: 1 } })));

  it('giving back is allowed', () =>
    given(overridden({ title: 'hidden' }))
      .when(inheritFields(apollo, 'tracker', ['title']), fields('title'))
      .thenEvents(inherited(['title'])));

  it('a lock of one field of a connection holds for all of it', () => {
    given()
      .when(overrideFields(apollo, 'tracker', { token: 'mine' }), fields('url'))
      .thenRejected('LockedByAncestor');
    given()
      .when(overrideFields(apollo, 'tracker', { username: 'me' }), fields('token'))
      .thenRejected('LockedByAncestor');
  });

  it('a mask, or the reference of the secret that holds, is no deviation', () => {
    const stored = customSet({ url, token: secretOf('m', apollo) });
    given(stored)
      .when(changeCustomSettings(apollo, 'tracker', { token: mask, title: 'x' }), fields('token'))
      .thenEvents(customChanged({ values: { title: 'x' } }));
    given(stored)
      .when(
        changeCustomSettings(apollo, 'tracker', { token: secretMarkOf('t', instance), title: 'x' }),
        fields('token'),
      )
      .thenEvents(customChanged({ values: { title: 'x' } }));
    given(stored)
      .when(
        changeCustomSettings(apollo, 'tracker', { token: secretMarkOf('else', alpha), title: 'x' }),
        fields('token'),
      )
      .thenRejected('InvalidValues', ['token']);
  });

  it('a mask of what was stored as a secret is no deviation, though the definition calls it secret no more', () =>
    givenOf('tracker', { fields: { code: { type: 'string', format: 'url' }, title: { type: 'string' } } })()
      .when(
        overrideFields(apollo, 'tracker', { code: mask, title: 'x' }),
        below(atInstance(instanceSet({ code: token }), locked(undefined, ['code']))),
      )
      .thenEvents(overridden({ code: token, title: 'x' })));
});
