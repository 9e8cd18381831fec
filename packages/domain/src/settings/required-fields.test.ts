import { describe, it } from 'vitest';
import {
  changeCustomSettings,
  inheritFields,
  overrideFields,
  switchToCustom,
  switchToInherited,
} from '../create-settings-commands.ts';
import { mask } from '../secret-ref.ts';
import { secretOf } from '../testing/index.ts';
import { apollo, atInstance, below, givenOf, givenPager, pager, pagerEvents } from './settings.fixture.ts';

const nothing = below(atInstance());

describe('a required field', () => {
  const incomplete = below(atInstance(pagerEvents.instanceSet({}, false)));

  it('is needed by what makes the scope active', () => {
    givenPager(pagerEvents.customSet({}, false))
      .when(changeCustomSettings(apollo, 'pager', {}, { active: true }), nothing)
      .thenRejected('InvalidValues', ['number']);
    givenPager().when(switchToCustom(apollo, 'pager'), nothing).thenRejected('InvalidValues', ['number']);
    givenPager()
      .when(switchToInherited(apollo, 'pager', { active: true }), incomplete)
      .thenRejected('InvalidValues', ['number']);
    givenPager()
      .when(overrideFields(apollo, 'pager', {}, { active: true }), incomplete)
      .thenRejected('InvalidValues', ['number']);
    givenPager()
      .when(overrideFields(apollo, 'pager', { number: '1' }, { active: true }), incomplete)
      .thenEvents(pagerEvents.overridden({ number: '1' }, true));
  });

  it('cannot be taken while the scope is active, by whatever command', () => {
    givenPager(pagerEvents.customSet({ number: '1' }))
      .when(changeCustomSettings(apollo, 'pager', { number: null }), nothing)
      .thenRejected('InvalidValues', ['number']);
    givenPager()
      .when(
        overrideFields(apollo, 'pager', { number: null }),
        below(atInstance(pagerEvents.instanceSet({ number: '1' }))),
      )
      .thenRejected('InvalidValues', ['number']);
    givenPager(pagerEvents.customSet({ number: '1' }))
      .when(inheritFields(apollo, 'pager', ['number']), incomplete)
      .thenRejected('InvalidValues', ['number']);
  });

  it('may be taken with the toggle in one command', () =>
    givenPager(pagerEvents.customSet({ number: '1' }))
      .when(changeCustomSettings(apollo, 'pager', { number: null }, { active: false }), nothing)
      .thenEvents(pagerEvents.customChanged({ active: false, values: { number: null } })));

  it('that was missing before is no fault of the command', () => {
    givenPager(pagerEvents.customSet())
      .when(changeCustomSettings(apollo, 'pager', { color: 'red' }), nothing)
      .thenEvents(pagerEvents.customChanged({ values: { color: 'red' } }));
    givenPager()
      .when(switchToCustom(apollo, 'pager', { color: 'red' }), below(atInstance(pagerEvents.instanceSet())))
      .thenEvents(pagerEvents.customSet({ color: 'red' }));
  });

  it('that a lock keeps absent was missing before', () =>
    givenPager(pagerEvents.customSet({ number: '1' }))
      .when(
        changeCustomSettings(apollo, 'pager', { number: null }),
        below(atInstance(pagerEvents.instanceSet(), pagerEvents.locked(undefined, ['number']))),
      )
      .thenEvents(pagerEvents.customChanged({ values: { number: null } })));

  it('that an erasure took was missing before', () =>
    givenOf('pager', { fields: { pin: { type: 'string', secret: true, required: true }, color: pager.fields.color } })(
      pagerEvents.customSet({ pin: secretOf('p', apollo) }),
      pagerEvents.erased(apollo),
    )
      .when(changeCustomSettings(apollo, 'pager', { color: 'red', pin: mask }), nothing)
      .thenEvents(pagerEvents.customChanged({ values: { color: 'red' } })));

  it('is never asked of what leaves nothing own', () => {
    givenPager(pagerEvents.customSet({ number: '1' }))
      .when(switchToInherited(apollo, 'pager'), below(atInstance(pagerEvents.instanceSet())))
      .thenEvents(pagerEvents.toInherited());
    givenPager(pagerEvents.overridden({ number: '1' }))
      .when(inheritFields(apollo, 'pager', ['number']), below(atInstance(pagerEvents.instanceSet())))
      .thenEvents(pagerEvents.inherited(['number']));
  });
});
