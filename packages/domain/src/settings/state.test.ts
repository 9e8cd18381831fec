import { describe, expect, it } from 'vitest';
import type { SettingsEventBody } from '../events.ts';
import { historyOf, secretOf } from '../testing/index.ts';
import { apollo, trackerEvents } from './settings.fixture.ts';
import { fieldOf, initialSettings, type SettingsState } from './state.ts';

const { customSet, customChanged, projectReset, overridden, inherited, toInherited, locked, unlocked, erased } =
  trackerEvents;

const fold = (...events: readonly SettingsEventBody[]): SettingsState => historyOf(apollo, ...events).state;
const ownOf = (...events: readonly SettingsEventBody[]) => {
  const { own } = fold(...events);
  return own === undefined
    ? undefined
    : {
        kind: own.kind,
        active: own.active?.value,
        values: Object.fromEntries(own.fields.map(({ name, value }) => [name, value])),
      };
};

describe('what events make of own settings', () => {
  it('replaces all by an event that begins them', () =>
    expect(ownOf(customSet({ title: 'a' }), overridden({ x: 1 }), customSet({ retries: 1 }, false))).toEqual({
      kind: 'custom',
      active: false,
      values: { retries: 1 },
    }));

  it('drops a cleared field of custom settings, and keeps one of partial settings as own and empty', () => {
    expect(ownOf(customSet({ title: 'a' }), customChanged({ values: { title: null } }))?.values).toEqual({});
    expect(ownOf(overridden({ title: 'a' }), overridden({ title: null }))?.values).toEqual({ title: null });
  });

  it('makes nothing of what does not fit', () => {
    expect(ownOf(customChanged({ values: { title: 'a' } }))).toBeUndefined();
    expect(ownOf(overridden({ title: 'a' }), customChanged({ active: false }))).toEqual(
      ownOf(overridden({ title: 'a' })),
    );
    expect(ownOf(customSet({ title: 'a' }), overridden({ retries: 1 }))).toEqual(ownOf(customSet({ title: 'a' })));
    expect(fold(inherited(['title']), projectReset(), unlocked(undefined))).toEqual(initialSettings);
  });

  it('ends partial settings with the last field given back, the toggle included', () => {
    expect(ownOf(overridden({ title: 'a' }, true), inherited(['title']))).toMatchObject({
      kind: 'partial',
      active: true,
    });
    expect(ownOf(overridden({ title: 'a' }, true), inherited(['active', 'title']))).toBeUndefined();
    expect(ownOf(customSet({}), inherited(['active']))).toBeUndefined();
  });

  it('keeps the toggle alone after a switch to inherited that has one', () =>
    expect(ownOf(customSet({ title: 'a' }), toInherited(false))).toEqual({
      kind: 'partial',
      active: false,
      values: {},
    }));

  it('keeps no ciphertext', () => {
    const { $secret } = secretOf('t', apollo);
    const sealed = { ...$secret, v: 1, key: 'k', nonce: 'n', text: 'ciphertext' };
    const { own } = fold(customSet({ token: { $secret: sealed } }));
    expect(fieldOf(own, 'token')?.value).toEqual({ $secret });
  });

  it('answers to no name that was not stored', () => {
    const { own } = fold(customSet({ title: 'a' }));
    expect(fieldOf(own, 'constructor')).toBeUndefined();
    expect(fieldOf(own, '__proto__')).toBeUndefined();
  });
});

describe('what events make of a lock', () => {
  const lockOf = (...events: readonly SettingsEventBody[]) => fold(...events).lock?.fields;

  it('adds fields, and the whole takes them all', () => {
    expect(lockOf(locked(undefined, ['a']), locked(undefined, ['b', 'a']))).toEqual(['a', 'b']);
    expect(lockOf(locked(undefined, ['a']), locked(undefined))).toBe('whole');
    expect(lockOf(locked(undefined), locked(undefined, ['a']))).toBe('whole');
  });

  it('lifts fields, and ends with the last', () => {
    expect(lockOf(locked(undefined, ['a', 'b']), unlocked(undefined, ['a', 'c']))).toEqual(['b']);
    expect(lockOf(locked(undefined, ['a']), unlocked(undefined, ['a']))).toBeUndefined();
    expect(lockOf(locked(undefined), unlocked(undefined))).toBeUndefined();
  });

  it('is untouched by what happens to own settings, and the other way round', () => {
    const before = fold(customSet({ title: 'a' }), locked(undefined, ['title']));
    const after = fold(customSet({ title: 'a' }), locked(undefined, ['title']), projectReset());
    expect(after.lock).toEqual(before.lock);
    expect(after.own).toBeUndefined();
  });
});

describe('what erasures make of the era', () => {
  it('counts them', () => expect(fold(erased(apollo), customSet(), erased(apollo)).era).toBe(2));

  it('remembers whether a value came since the last, also one that is gone', () => {
    expect(fold(customSet({ title: 'a' }), projectReset()).valuesInEra).toBe(true);
    expect(fold(customSet({ title: 'a' }), erased(apollo)).valuesInEra).toBe(false);
    expect(fold(customSet({}), overridden({ title: null })).valuesInEra).toBe(false);
  });
});
