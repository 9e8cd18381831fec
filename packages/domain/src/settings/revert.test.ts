import { describe, it } from 'vitest';
import { revertSettings } from '../create-settings-commands.ts';
import { historyOf, secretOf } from '../testing/index.ts';
import {
  alpha,
  apollo,
  atInstance,
  below,
  given,
  givenPager,
  instance,
  pagerEvents,
  trackerEvents,
} from './settings.fixture.ts';

const {
  instanceSet,
  instanceReset,
  groupSet,
  groupReset,
  customSet,
  projectReset,
  overridden,
  toInherited,
  locked,
  erased,
} = trackerEvents;
const nothing = below(atInstance());
const revert = revertSettings(apollo, 'tracker', '7');
const url = 'https://tracker.example';
const token = secretOf('t', apollo);

describe('RevertSettings', () => {
  it('brings custom settings back by an event that begins them', () => {
    given(customSet({ title: 'now' }))
      .when(revert, { ...nothing, asOf: [customSet({ url, token }, false)] })
      .thenEvents(customSet({ url, token }, false));
    given(groupSet('alpha'))
      .when(revertSettings(alpha, 'tracker', '7'), { ...nothing, asOf: [groupSet('alpha', { title: 'then' })] })
      .thenEvents(groupSet('alpha', { title: 'then' }));
    given()
      .when(revertSettings(instance, 'tracker', '7'), { asOf: [instanceSet({ title: 'then' })] })
      .thenEvents(instanceSet({ title: 'then' }));
  });

  it('brings nothing own back by the reset of its kind', () => {
    given(customSet())
      .when(revert, { ...nothing, asOf: [] })
      .thenEvents(projectReset());
    given(overridden({ title: 'a' }))
      .when(revert, { ...nothing, asOf: [customSet(), projectReset()] })
      .thenEvents(projectReset());
    given(groupSet('alpha'))
      .when(revertSettings(alpha, 'tracker', '7'), { ...nothing, asOf: [] })
      .thenEvents(groupReset('alpha'));
    given(instanceSet())
      .when(revertSettings(instance, 'tracker', '7'), { asOf: [] })
      .thenEvents(instanceReset());
  });

  it('brings partial settings back by a switch to inherited and an override of all that was own', () =>
    given(customSet({ title: 'now' }))
      .when(revert, { ...nothing, asOf: [overridden({ title: 'then', retries: null, gone: 'x' }, false)] })
      .thenEvents(toInherited(), overridden({ title: 'then', retries: null, gone: 'x' }, false)));

  it('brings a toggle back that was all that was own', () =>
    given()
      .when(revert, { ...nothing, asOf: [toInherited(false)] })
      .thenEvents(toInherited(), overridden(undefined, false)));

  it('appends nothing where it is so already, by whatever way it came so', () => {
    given()
      .when(revert, { ...nothing, asOf: [] })
      .thenNothing();
    given(customSet({ url, token }))
      .when(revert, { ...nothing, asOf: [customSet({ title: 'x' }), customSet({ url, token })] })
      .thenNothing();
    given(overridden({ title: 'a' }), overridden({ retries: 1 }))
      .when(revert, { ...nothing, asOf: [overridden({ retries: 1, title: 'a' })] })
      .thenNothing();
  });

  it('tells partial settings from custom ones with the same fields', () =>
    given(customSet({ title: 'a' }))
      .when(revert, { ...nothing, asOf: [overridden({ title: 'a' }, true)] })
      .thenEvents(toInherited(), overridden({ title: 'a' }, true)));

  it('leaves the lock as it is', () =>
    given(groupSet('alpha'), locked('alpha'))
      .when(revertSettings(alpha, 'tracker', '7'), { ...nothing, asOf: [locked('alpha', ['title'])] })
      .thenEvents(groupReset('alpha')));

  it('is rejected below a whole lock, also where it would change nothing, but not below a lock of fields', () => {
    const source = instanceSet({ title: 'ours' }, false);
    given()
      .when(revert, { ...below(atInstance(source, locked(undefined))), asOf: [] })
      .thenRejected('LockedByAncestor');
    given()
      .when(revert, {
        ...below(atInstance(source, locked(undefined, ['title']))),
        asOf: [customSet({ title: 'mine' })],
      })
      .thenEvents(customSet({ title: 'mine' }));
  });

  it('brings back what is missing or no longer understood as it was', () =>
    given()
      .when(revert, { ...nothing, asOf: [customSet({ priority: 'middle', gone: 'x' })] })
      .thenEvents(customSet({ priority: 'middle', gone: 'x' })));

  it('leaves erased secrets absent, own and empty in partial settings', () => {
    given(customSet({ url, token }), erased(apollo))
      .when(revert, { ...nothing, asOf: [customSet({ url, token, title: 'x' })] })
      .thenEvents(customSet({ url, title: 'x' }));
    given(overridden({ token }), erased(apollo))
      .when(revert, { ...nothing, asOf: [overridden({ url, token })] })
      .thenEvents(toInherited(), overridden({ url, token: null }));
  });

  it('leaves secrets absent that were erased where they were entered', () => {
    const copied = secretOf('t', alpha);
    const elsewhere = [historyOf(alpha, groupSet('alpha', { token: copied }), erased(alpha))];
    given()
      .when(revert, { ...nothing, elsewhere, asOf: [customSet({ url, token: copied })] })
      .thenEvents(customSet({ url }));
    given()
      .when(revert, { ...nothing, elsewhere, asOf: [customSet({ url, token: secretOf('t', alpha, 1) })] })
      .thenEvents(customSet({ url, token: secretOf('t', alpha, 1) }));
  });

  it('seals a secret that was stored in clear, and does not bring it back once it was erased', () => {
    const stored = pagerEvents.customSet({ number: '1', pin: '1234' });
    const id = '00000000-0000-5000-8000-000000000000/pin';
    givenPager()
      .when(revertSettings(apollo, 'pager', '7'), { ...nothing, asOf: [stored] })
      .thenEvents(pagerEvents.customSet({ number: '1', pin: { $secret: { id, origin: apollo, era: 0 } } }));
    givenPager(stored, pagerEvents.erased(apollo), pagerEvents.projectReset())
      .when(revertSettings(apollo, 'pager', '7'), { ...nothing, asOf: [stored] })
      .thenEvents(pagerEvents.customSet({ number: '1' }));
  });

  it('needs a keyring where secrets come back', () =>
    given()
      .when(revert, { ...nothing, canSeal: false, asOf: [customSet({ url, token })] })
      .thenFails('SECRETS_NOT_CONFIGURED'));
});
