import { describe, expect, it } from 'vitest';
import type { IntegrationDefinition } from '../catalog/definition.ts';
import {
  changeCustomSettings,
  overrideFields,
  setInstanceDefault,
  switchToCustom,
} from '../create-settings-commands.ts';
import { mask } from '../secret-ref.ts';
import { secretMarkOf, secretOf } from '../testing/index.ts';
import {
  apollo,
  atInstance,
  below,
  given,
  givenOf,
  givenPager,
  instance,
  pagerEvents,
  trackerEvents,
} from './settings.fixture.ts';

const { instanceSet, customSet, customChanged } = trackerEvents;
const nothing = below(atInstance());

describe('values', () => {
  it('are refused with every fault by field, missing ones too, and each field once', () =>
    given()
      .when(
        setInstanceDefault('tracker', {
          url: 'not an address',
          retries: 1.5,
          labels: ['a', ''],
          priority: 'middle',
          nope: 'x',
        }),
      )
      .thenRejected('InvalidValues', ['url', 'retries', 'labels', 'priority', 'nope', 'token']));

  it.each([
    ['an object', { nested: true }],
    ['NaN', Number.NaN],
    ['a date', new Date(0)],
    ['a lone surrogate', '\ud800'],
    ['1 MiB', 'x'.repeat(1_048_576)],
    [
      'an object without a prototype that looks like a reference',
      Object.assign(Object.create(null), { id: 'a', origin: 'b' }),
    ],
    ['an object that cannot be made a text', { id: 'a', origin: 'b', toString: 1 }],
  ])('of an unusable kind are refused by name: %s', (_what, title) => {
    given(customSet({}, false))
      .when(
        {
          type: 'ChangeCustomSettings',
          data: { ...apollo, integration: 'tracker', values: { title: title as string } },
        },
        nothing,
      )
      .thenRejected('InvalidValues', ['title']);
  });

  it('of fields that every object answers to are no fields', () => {
    const values = JSON.parse('{"__proto__":"x","constructor":"y","toString":"z"}') as Record<string, string>;
    given()
      .when(setInstanceDefault('tracker', values, { active: false }))
      .thenRejected('InvalidValues', ['__proto__', 'constructor', 'toString']);
  });

  it('that are secret are never shown in a fault', () => {
    const issues = givenPager()
      .when({
        type: 'SetInstanceDefault',
        data: { integration: 'pager', active: false, values: { pin: 271_828 } },
      })
      .thenRejected('InvalidValues', ['pin']);
    expect(JSON.stringify(issues)).not.toContain('271828');
    const strict = {
      fields: { pin: { type: 'string', secret: true, format: 'email' } },
    } satisfies IntegrationDefinition;
    const others = givenOf('pager', strict)()
      .when(setInstanceDefault('pager', { pin: 'hunter2' }))
      .thenRejected('InvalidValues', ['pin']);
    expect(JSON.stringify(others)).not.toContain('hunter2');
  });
});

describe('a submitted mask', () => {
  const token = secretOf('m', apollo);

  it('means unchanged where a secret is stored, and not given where none is', () => {
    given(customSet({ token }, false))
      .when(changeCustomSettings(apollo, 'tracker', { token: mask, title: 'x' }), nothing)
      .thenEvents(customChanged({ values: { title: 'x' } }));
    given(customSet({}, false))
      .when(changeCustomSettings(apollo, 'tracker', { token: mask }), nothing)
      .thenNothing();
  });

  it('is not a value for what is required', () =>
    givenOf('pager', { fields: { pin: { type: 'string', secret: true, required: true } } })()
      .when(setInstanceDefault('pager', { pin: mask }))
      .thenRejected('InvalidValues', ['pin']));

  it('is a text like any other in a field that no read masks', () =>
    given(customSet({ title: 'a' }, false))
      .when(changeCustomSettings(apollo, 'tracker', { title: mask }), nothing)
      .thenEvents(customChanged({ values: { title: mask } })));

  it('is a fault in a field that no read masks and that does not accept it', () =>
    given(customSet({ priority: 'low' }, false))
      .when(changeCustomSettings(apollo, 'tracker', { priority: mask }), nothing)
      .thenRejected('InvalidValues', ['priority']));
});

describe('a reference to a secret', () => {
  const token = secretOf('m', apollo);

  it('means unchanged where it is the one that is there', () =>
    given(customSet({ token }, false))
      .when(changeCustomSettings(apollo, 'tracker', { token: secretMarkOf('m', apollo) }), nothing)
      .thenNothing());

  it('is taken in a first copy of what is inherited', () =>
    given()
      .when(
        switchToCustom(apollo, 'tracker', { token: secretMarkOf('t', instance) }),
        below(atInstance(instanceSet({ token: secretOf('t', instance) }, false))),
      )
      .thenEvents(customSet({ token: secretOf('t', instance) }, false)));

  it('is refused where another one is there, or none, or in another field', () => {
    given(customSet({ token }, false))
      .when(changeCustomSettings(apollo, 'tracker', { token: secretMarkOf('x', apollo) }), nothing)
      .thenRejected('InvalidValues', ['token']);
    given(customSet({}, false))
      .when(changeCustomSettings(apollo, 'tracker', { token: secretMarkOf('m', apollo) }), nothing)
      .thenRejected('InvalidValues', ['token']);
    given(customSet({ token }, false))
      .when(changeCustomSettings(apollo, 'tracker', { title: secretMarkOf('m', apollo) }), nothing)
      .thenRejected('InvalidValues', ['title']);
  });
});

describe('what is stored and no longer understood', () => {
  it('is absent in a copy', () =>
    given()
      .when(
        switchToCustom(apollo, 'tracker'),
        below(atInstance(instanceSet({ priority: 'middle', title: 'a', gone: 'x' }, false))),
      )
      .thenEvents(customSet({ title: 'a' }, false)));

  it('stays as it is until it is named, and then is emptied or replaced', () => {
    const stored = customSet({ priority: 'middle' }, false);
    given(stored)
      .when(changeCustomSettings(apollo, 'tracker', { title: 'a' }), nothing)
      .thenEvents(customChanged({ values: { title: 'a' } }));
    given(stored)
      .when(changeCustomSettings(apollo, 'tracker', { priority: null }), nothing)
      .thenEvents(customChanged({ values: { priority: null } }));
    given(stored)
      .when(changeCustomSettings(apollo, 'tracker', { priority: 'low' }), nothing)
      .thenEvents(customChanged({ values: { priority: 'low' } }));
  });

  it('in clear, though the definition calls it secret now, is sealed when it is copied', () => {
    const source = below(atInstance(pagerEvents.instanceSet({ number: '1', pin: '1234' })));
    const copied = givenPager().when(switchToCustom(apollo, 'pager'), source);
    copied.thenEvents(
      pagerEvents.customSet({
        number: '1',
        pin: { $secret: { id: '00000000-0000-5000-8000-000000000000/pin', origin: instance, era: 0 } },
      }),
    );
    givenPager()
      .when(switchToCustom(apollo, 'pager'), { ...source, canSeal: false })
      .thenFails('SECRETS_NOT_CONFIGURED');
  });
});

describe('without a keyring', () => {
  it('entering and copying secrets fails, and nothing else does', () => {
    const source = below(atInstance(pagerEvents.instanceSet({ number: '1', pin: secretOf('p', instance) })));
    givenPager()
      .when(setInstanceDefault('pager', { number: '1', pin: 'p' }), { canSeal: false })
      .thenFails('SECRETS_NOT_CONFIGURED');
    givenPager()
      .when(switchToCustom(apollo, 'pager'), { ...source, canSeal: false })
      .thenFails('SECRETS_NOT_CONFIGURED');
    givenPager()
      .when(overrideFields(apollo, 'pager', { color: 'red' }), { ...source, canSeal: false })
      .thenEvents(pagerEvents.overridden({ color: 'red' }));
  });
});
