import { describe, it } from 'vitest';
import {
  changeCustomSettings,
  setGroupDefault,
  setInstanceDefault,
  switchToCustom,
} from '../create-settings-commands.ts';
import { secretOf } from '../testing/index.ts';
import {
  alpha,
  apollo,
  atAlpha,
  atInstance,
  below,
  given,
  givenOf,
  givenPager,
  instance,
  pagerEvents,
  trackerEvents,
} from './settings.fixture.ts';

const { instanceSet, customSet, overridden, groupSet } = trackerEvents;
const url = 'https://tracker.example';
const token = secretOf('t', instance);

describe('SetInstanceDefault', () => {
  it('begins with the complete settings, active where nothing says otherwise, in the order of the definition', () =>
    given()
      .when(setInstanceDefault('tracker', { token: 'secret-text', url, labels: ['a', 'b'] }))
      .thenEvents({
        type: 'InstanceDefaultSet',
        data: {
          integration: 'tracker',
          active: true,
          values: { url, token: secretOf('secret-text', instance), labels: ['a', 'b'] },
        },
      }));

  it('leaves empty fields out, however they are given', () =>
    given()
      .when(setInstanceDefault('tracker', { url, token: 't', title: '', labels: [], username: null }))
      .thenEvents(instanceSet({ url, token })));

  it('begins inactive on request, and then needs no required fields', () =>
    given()
      .when(setInstanceDefault('tracker', {}, { active: false }))
      .thenEvents(instanceSet({}, false)));

  it('never puts the default of a field into values', () =>
    givenOf('pager', { fields: { color: { type: 'string', default: 'red' } } })()
      .when(setInstanceDefault('pager'))
      .thenEvents(pagerEvents.instanceSet()));

  it('changes what is there: only what differs, in the order of the definition, cleared fields as null', () =>
    given(instanceSet({ url, token, title: 'old', retries: 3 }))
      .when(setInstanceDefault('tracker', { retries: 4, title: null, url, labels: ['x'] }))
      .thenEvents(trackerEvents.instanceChanged({ values: { title: null, retries: 4, labels: ['x'] } })));

  it('carries the toggle alone where only that differs', () =>
    given(instanceSet({ url, token }))
      .when(setInstanceDefault('tracker', undefined, { active: false }))
      .thenEvents(trackerEvents.instanceChanged({ active: false })));

  it('keeps the toggle as it was where it is left out', () =>
    given(instanceSet({ title: 'old' }, false))
      .when(setInstanceDefault('tracker', { title: 'new' }))
      .thenEvents(trackerEvents.instanceChanged({ values: { title: 'new' } })));

  it('appends nothing for what is so already, the same secret text included', () =>
    given(instanceSet({ url, token, labels: ['a'] }))
      .when(
        setInstanceDefault('tracker', { url, token: 't', labels: ['a'], title: '', retries: null }, { active: true }),
      )
      .thenNothing());

  it('tells lists apart by their order', () =>
    given(instanceSet({ labels: ['a', 'b'] }, false))
      .when(setInstanceDefault('tracker', { labels: ['b', 'a'] }))
      .thenEvents(trackerEvents.instanceChanged({ values: { labels: ['b', 'a'] } })));

  it('begins anew after a reset, with nothing of what was', () =>
    given(instanceSet({ url, token, title: 'old' }, false), trackerEvents.instanceReset())
      .when(setInstanceDefault('tracker', { url, token: 't' }))
      .thenEvents(instanceSet({ url, token })));
});

describe('SwitchToCustom', () => {
  const above = below(atInstance(instanceSet({ url, token, title: 'ours' })));

  it('begins as a copy of what is effective, its secrets with the origin they had', () =>
    given()
      .when(switchToCustom(apollo, 'tracker', { retries: 1, title: null }), above)
      .thenEvents(customSet({ url, token, retries: 1 })));

  it('copies also what the scope itself had overridden', () =>
    given(overridden({ title: 'mine' }, false))
      .when(switchToCustom(apollo, 'tracker'), above)
      .thenEvents(customSet({ url, token, title: 'mine' }, false)));

  it('copies the toggle that holds, unless one is given', () => {
    const inactive = below(atInstance(instanceSet({ url, token }, false)));
    given().when(switchToCustom(apollo, 'tracker'), inactive).thenEvents(customSet({ url, token }, false));
    given()
      .when(switchToCustom(apollo, 'tracker', {}, { active: true }), inactive)
      .thenEvents(customSet({ url, token }, true));
  });

  it('begins empty and active where nothing is effective and nothing is own', () =>
    givenPager()
      .when(switchToCustom(apollo, 'pager', { number: '110' }), below(atInstance()))
      .thenEvents(pagerEvents.customSet({ number: '110' })));

  it('begins with the kept fields and the kept toggle where nothing is effective', () =>
    given(overridden({ title: 'kept', retries: null }, false))
      .when(switchToCustom(apollo, 'tracker', { labels: ['x'] }), below(atInstance()))
      .thenEvents(customSet({ title: 'kept', labels: ['x'] }, false)));

  it('is a change where the settings are custom already, which copies nothing', () =>
    given(customSet({ title: 'mine' }, false))
      .when(switchToCustom(apollo, 'tracker', { retries: 2 }), above)
      .thenEvents(trackerEvents.customChanged({ values: { retries: 2 } })));

  it('of a group is its default', () => {
    given()
      .when(switchToCustom(alpha, 'tracker', { title: 'alpha' }), above)
      .thenEvents(groupSet('alpha', { url, token, title: 'alpha' }));
    given(groupSet('alpha', { title: 'old' }, false))
      .when(switchToCustom(alpha, 'tracker', { title: 'new' }), above)
      .thenEvents(trackerEvents.groupChanged({ group: 'alpha', values: { title: 'new' } }));
  });

  it('stores custom settings that equal the default: they do not follow it any more', () =>
    given()
      .when(switchToCustom(apollo, 'tracker', { url }), above)
      .thenEvents(customSet({ url, token, title: 'ours' })));
});

describe('SetGroupDefault', () => {
  it('begins as a copy of what the group inherits', () =>
    given()
      .when(setGroupDefault('alpha', 'tracker', { title: 'alpha' }), below(atInstance(instanceSet({ url, token }))))
      .thenEvents(groupSet('alpha', { url, token, title: 'alpha' })));

  it('changes the default that is there, whatever holds above', () =>
    given(groupSet('alpha', { title: 'a' }, false))
      .when(setGroupDefault('alpha', 'tracker', { title: null }, { active: false }), below(atInstance(instanceSet())))
      .thenEvents(trackerEvents.groupChanged({ group: 'alpha', values: { title: null } })));
});

describe('ChangeCustomSettings', () => {
  it('changes a project by CustomSettingsChanged and a group by GroupDefaultChanged', () => {
    given(customSet({ title: 'a' }, false))
      .when(changeCustomSettings(apollo, 'tracker', { title: 'b' }), below(atInstance()))
      .thenEvents(trackerEvents.customChanged({ values: { title: 'b' } }));
    given(groupSet('alpha', { title: 'a' }, false))
      .when(changeCustomSettings(alpha, 'tracker', { title: 'b' }), below(atInstance()))
      .thenEvents(trackerEvents.groupChanged({ group: 'alpha', values: { title: 'b' } }));
  });

  it('is rejected where nothing is own, and where settings are partial', () => {
    const above = below(atInstance(instanceSet({ url, token })));
    given()
      .when(changeCustomSettings(apollo, 'tracker', { title: 'b' }), above)
      .thenRejected('NotCustom');
    given(overridden({ title: 'a' }))
      .when(changeCustomSettings(apollo, 'tracker', { title: 'b' }), above)
      .thenRejected('NotCustom');
  });

  it('is not moved by what holds above', () =>
    given(customSet({ url, token }))
      .when(
        changeCustomSettings(apollo, 'tracker', { title: 'b' }),
        below(atInstance(instanceSet({ url, token, title: 'b' })), atAlpha(groupSet('alpha', { title: 'b' }, false))),
      )
      .thenEvents(trackerEvents.customChanged({ values: { title: 'b' } })));

  it('empties only what is there', () =>
    given(customSet({ title: 'a' }, false))
      .when(changeCustomSettings(apollo, 'tracker', { title: null, retries: null, token: null }), below(atInstance()))
      .thenEvents(trackerEvents.customChanged({ values: { title: null } })));
});
