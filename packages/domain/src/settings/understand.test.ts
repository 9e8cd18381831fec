import { describe, expect, it } from 'vitest';
import type { IntegrationDefinition } from '../catalog/definition.ts';
import type { SettingsEventBody } from '../events.ts';
import { SecretMark } from '../secret-ref.ts';
import { historyOf, readingContextFor, secretMarkOf, secretOf } from '../testing/index.ts';
import type { ScopeSettings } from './resolve.ts';
import { alpha, apollo, eventsOf } from './settings.fixture.ts';
import { understand, type Understood } from './understand.ts';

const events = eventsOf('web');
const definition = {
  fields: {
    pin: { type: 'string', secret: true },
    count: { type: 'integer' },
    names: { type: 'string[]' },
    size: { type: 'string', allowedValues: ['s', 'm'] },
    home: { type: 'string', format: 'url' },
    text: { type: 'string' },
  },
} satisfies IntegrationDefinition;

const understoodIn = (
  elsewhere: readonly ScopeSettings[],
  ...history: readonly SettingsEventBody[]
): ReadonlyMap<string, Understood> => {
  const { scope, state } = historyOf(apollo, ...history);
  const context = readingContextFor('web', definition, [...elsewhere, { scope, state }]);
  return state.own === undefined ? new Map() : understand(context, scope, state.era, state.own);
};
const understood = (...history: readonly SettingsEventBody[]) => understoodIn([], ...history);

describe('a stored value', () => {
  it('of a field that the definition does not know is not among what is understood', () =>
    expect([...understood(events.customSet({ gone: 'x', text: 'a' })).keys()]).toEqual(['text']));

  it.each([
    ['count', 'x'],
    ['count', 1.5],
    ['names', 'x'],
    ['names', [7 as unknown as string]],
    ['size', 'xl'],
    ['home', 'nowhere'],
    ['text', true],
    ['pin', 7],
  ])('that the definition does not accept is own and empty: %s', (field, value) =>
    expect(understood(events.customSet({ [field]: value })).get(field)).toMatchObject({
      value: undefined,
      absence: 'not understood',
    }),
  );

  it('stays own in partial settings though it is not understood', () =>
    expect(understood(events.overridden({ size: 'xl' })).has('size')).toBe(true));

  it('is accepted again once the definition accepts it: the fold keeps it as it was', () =>
    expect(
      historyOf(apollo, events.customSet({ size: 'xl' })).state.own?.fields.find(({ name }) => name === 'size')?.value,
    ).toBe('xl'));

  it('in clear that the definition calls secret is masked, with an id and origin of its own', () =>
    expect(understood(events.customSet({ pin: '1234' })).get('pin')?.value).toEqual(
      new SecretMark({ id: '00000000-0000-5000-8000-000000000000/pin', origin: apollo, era: 0 }),
    ));

  it('in clear has the era of its scope, so that an erasure before it does not reach its copies', () => {
    const secret = understood(events.erased(apollo), events.customSet({ pin: '1234' })).get('pin')?.value;
    expect(secret instanceof SecretMark ? secret.era : undefined).toBe(1);
  });

  it('that was sealed is masked though the definition does not call it secret', () =>
    expect(understood(events.customSet({ text: secretOf('t', apollo) })).get('text')?.value).toEqual(
      secretMarkOf('t', apollo),
    ));

  it('that was sealed is no value of a field that is not text any more', () =>
    expect(understood(events.customSet({ count: secretOf('t', apollo) })).get('count')).toMatchObject({
      value: undefined,
      absence: 'not understood',
    }));
});

describe('an erasure', () => {
  const erased = { value: undefined, absence: 'erased' };
  const mine = secretOf('m', apollo);

  it('takes every secret of the document, whoever entered it, sealed or in clear', () => {
    const { erased: erasure, customSet } = events;
    expect(understood(customSet({ pin: mine }), erasure(apollo)).get('pin')).toMatchObject(erased);
    expect(understood(customSet({ pin: secretOf('a', alpha) }), erasure(apollo)).get('pin')).toMatchObject(erased);
    expect(understood(customSet({ pin: '1234' }), erasure(apollo)).get('pin')).toMatchObject(erased);
  });

  it('leaves values that are not secret', () =>
    expect(understood(events.customSet({ text: 'a' }), events.erased(apollo)).get('text')?.value).toBe('a'));

  it('leaves what is entered or copied afterwards', () => {
    const later = understood(
      events.customSet({ pin: mine, text: secretOf('a', alpha) }),
      events.erased(apollo),
      events.customChanged({ values: { pin: secretOf('n', apollo, 1), text: secretOf('a', alpha) } }),
    );
    expect(later.get('pin')?.value).toEqual(secretMarkOf('n', apollo, 1));
    expect(later.get('text')?.value).toEqual(secretMarkOf('a', alpha));
  });

  it('of the origin takes the copies, those that come later too, but not what was entered there since', () => {
    const there = [historyOf(alpha, events.groupSet('alpha', { pin: secretOf('a', alpha) }), events.erased(alpha))];
    expect(understoodIn(there, events.customSet({ pin: secretOf('a', alpha) })).get('pin')).toMatchObject(erased);
    expect(understoodIn(there, events.customSet({ pin: secretOf('b', alpha, 1) })).get('pin')?.value).toEqual(
      secretMarkOf('b', alpha, 1),
    );
    expect(understoodIn(there, events.customSet({ pin: mine })).get('pin')?.value).toEqual(secretMarkOf('m', apollo));
  });
});
