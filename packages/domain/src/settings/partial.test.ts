import { describe, it } from 'vitest';
import { inheritFields, overrideFields, switchToInherited } from '../create-settings-commands.ts';
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
  pager,
  pagerEvents,
  trackerEvents,
} from './settings.fixture.ts';

const { instanceSet, customSet, overridden, toInherited, inherited } = trackerEvents;
const url = 'https://tracker.example';
const token = secretOf('t', instance);
const above = below(atInstance(instanceSet({ url, token, title: 'ours' })));
const nothing = below(atInstance());

describe('OverrideFields', () => {
  it('makes only the given fields own, also one that equals what is inherited', () =>
    given()
      .when(overrideFields(apollo, 'tracker', { retries: 3, title: 'ours' }), above)
      .thenEvents(overridden({ title: 'ours', retries: 3 })));

  it('makes a cleared field own and empty, also where nothing is inherited for it', () =>
    given()
      .when(overrideFields(apollo, 'tracker', { title: null, labels: [] }), above)
      .thenEvents(overridden({ title: null, labels: null })));

  it('takes the toggle alone, also where it equals the inherited one', () => {
    given()
      .when(overrideFields(apollo, 'tracker', undefined, { active: true }), above)
      .thenEvents(overridden(undefined, true));
    given(overridden(undefined, true))
      .when(overrideFields(apollo, 'tracker', {}, { active: false }), above)
      .thenEvents(overridden(undefined, false));
  });

  it('appends nothing for what is own already, empty ones included', () =>
    given(overridden({ title: 'mine', retries: null }, true))
      .when(overrideFields(apollo, 'tracker', { title: 'mine', retries: null }, { active: true }), above)
      .thenNothing());

  it('adds to what is own', () =>
    given(overridden({ title: 'mine' }))
      .when(overrideFields(apollo, 'tracker', { title: 'mine', retries: 1 }), above)
      .thenEvents(overridden({ retries: 1 })));

  it('is for groups too', () =>
    given()
      .when(overrideFields(alpha, 'tracker', { title: 'a' }), above)
      .thenEvents(trackerEvents.groupOverridden('alpha', { title: 'a' })));

  it('is rejected where nothing is effective above, partial settings included', () => {
    given()
      .when(overrideFields(apollo, 'tracker', { title: 'a' }), nothing)
      .thenRejected('NoDefaultToInherit');
    given()
      .when(
        overrideFields(apollo, 'tracker', { title: 'a' }),
        below(atInstance(), atAlpha(trackerEvents.groupOverridden('alpha', { title: 'b' }))),
      )
      .thenRejected('NoDefaultToInherit');
  });

  it('is rejected on custom settings, also where there is nothing to inherit', () => {
    given(customSet())
      .when(overrideFields(apollo, 'tracker', { title: 'a' }), above)
      .thenRejected('NotInheriting');
    given(customSet())
      .when(overrideFields(apollo, 'tracker', { title: 'a' }), nothing)
      .thenRejected('NotInheriting');
  });
});

describe('InheritFields', () => {
  it('gives fields back, those that are own only, in the order of the definition and then by code unit', () =>
    given(overridden({ title: 'a', retries: 1, gone: 'x' }, false))
      .when(inheritFields(apollo, 'tracker', ['gone', 'active', 'retries', 'labels']), above)
      .thenEvents(inherited(['retries', 'active', 'gone'])));

  it('appends nothing where none of them is own', () => {
    given(overridden({ title: 'a' }))
      .when(inheritFields(apollo, 'tracker', ['retries', 'active']), above)
      .thenNothing();
    given()
      .when(inheritFields(apollo, 'tracker', ['title']), nothing)
      .thenNothing();
  });

  it('makes custom settings partial, with null for each empty field that stays own', () =>
    givenPager(pagerEvents.customSet({ number: '1' }))
      .when(inheritFields(apollo, 'pager', ['color']), below(atInstance(pagerEvents.instanceSet({ number: '2' }))))
      .thenEvents(pagerEvents.inherited(['color'], { pin: null, loud: null })));

  it('names no values where custom settings have no other empty field', () =>
    givenOf('pager', { fields: { number: pager.fields.number, color: pager.fields.color } })(
      pagerEvents.customSet({ number: '1' }),
    )
      .when(inheritFields(apollo, 'pager', ['color']), below(atInstance(pagerEvents.instanceSet({ number: '2' }))))
      .thenEvents(pagerEvents.inherited(['color'])));

  it('gives the toggle of custom settings back', () =>
    givenOf('pager', { fields: { color: pager.fields.color } })(pagerEvents.customSet({ color: 'red' }))
      .when(inheritFields(apollo, 'pager', ['active']), below(atInstance(pagerEvents.instanceSet({}, false))))
      .thenEvents(pagerEvents.inherited(['active'])));

  it('on custom settings needs something to inherit, on partial ones it does not', () => {
    given(customSet())
      .when(inheritFields(apollo, 'tracker', ['title']), nothing)
      .thenRejected('NoDefaultToInherit');
    given(overridden({ title: 'a' }))
      .when(inheritFields(apollo, 'tracker', ['title']), nothing)
      .thenEvents(inherited(['title']));
  });

  it('refuses names that are neither fields nor stored, each of them', () =>
    given(overridden({ gone: 'x' }))
      .when(inheritFields(apollo, 'tracker', ['nope', 'gone', 'title', 'constructor'] as never), above)
      .thenRejected('InvalidValues', ['nope', 'constructor']));

  it('is refused for a required field that the default does not have, while the scope is active', () => {
    const incomplete = below(atInstance(pagerEvents.instanceSet({}, false)));
    givenPager(pagerEvents.overridden({ number: '1' }, true))
      .when(inheritFields(apollo, 'pager', ['number']), incomplete)
      .thenRejected('InvalidValues', ['number']);
    givenPager(pagerEvents.overridden({ number: '1' }, true))
      .when(inheritFields(apollo, 'pager', ['number', 'active']), incomplete)
      .thenEvents(pagerEvents.inherited(['number', 'active']));
  });
});

describe('SwitchToInherited', () => {
  it('drops what is own, custom or partial', () => {
    given(customSet({ title: 'a' }))
      .when(switchToInherited(apollo, 'tracker'), above)
      .thenEvents(toInherited());
    given(overridden({ title: 'a' }))
      .when(switchToInherited(apollo, 'tracker'), above)
      .thenEvents(toInherited());
    given(trackerEvents.groupSet('alpha'))
      .when(switchToInherited(alpha, 'tracker'), above)
      .thenEvents({ type: 'SwitchedToInherited', data: { group: 'alpha', integration: 'tracker' } });
  });

  it('ignores values, whatever they are', () =>
    given(customSet({ title: 'a' }))
      .when(
        {
          type: 'SwitchToInherited',
          data: { ...apollo, integration: 'tracker', values: { nope: 'x', url: 'not one' } },
        },
        { ...above, canSeal: false },
      )
      .thenEvents(toInherited()));

  it('keeps a toggle that differs from the inherited one, and only such a one', () => {
    given(customSet({ title: 'a' }))
      .when(switchToInherited(apollo, 'tracker', { active: false }), above)
      .thenEvents(toInherited(false));
    given(customSet({ title: 'a' }, false))
      .when(switchToInherited(apollo, 'tracker', { active: true }), above)
      .thenEvents(toInherited());
  });

  it('appends nothing where it is so already', () => {
    given().when(switchToInherited(apollo, 'tracker'), above).thenNothing();
    given()
      .when(switchToInherited(apollo, 'tracker', { active: true }), above)
      .thenNothing();
    given(toInherited(false))
      .when(switchToInherited(apollo, 'tracker', { active: false }), above)
      .thenNothing();
  });

  it('gives back a toggle that was own', () => {
    given(toInherited(false)).when(switchToInherited(apollo, 'tracker'), above).thenEvents(toInherited());
    given(overridden({ title: 'a' }, false))
      .when(switchToInherited(apollo, 'tracker', { active: false }), above)
      .thenEvents(toInherited(false));
  });

  it('is rejected where nothing is above, also where nothing is own', () => {
    given(customSet()).when(switchToInherited(apollo, 'tracker'), nothing).thenRejected('NoDefaultToInherit');
    given(overridden({ title: 'a' }))
      .when(switchToInherited(apollo, 'tracker'), nothing)
      .thenRejected('NoDefaultToInherit');
    given().when(switchToInherited(apollo, 'tracker'), nothing).thenRejected('NoDefaultToInherit');
  });
});
