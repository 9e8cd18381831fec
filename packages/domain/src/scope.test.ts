import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scopeId } from './scope.fixture.ts';
import {
  describeBadName,
  groupOrInstance,
  idOf,
  isScopeId,
  isScopeRef,
  levelOf,
  sameScope,
  type ScopeRef,
  scopeKey,
  scopeOf,
} from './scope.ts';

const scope: fc.Arbitrary<ScopeRef> = fc.oneof(
  fc.constant('instance' as const),
  scopeId.map((group) => ({ group })),
  scopeId.map((project) => ({ project })),
);

describe('an id', () => {
  it.each(['__proto__', 'constructor', 'a/b', 'a-b', '%2F', ' ', 'ﬀ', 'instance', '😀'.repeat(255), 'x'.repeat(255)])(
    'may be %j',
    (id) => expect(isScopeId(id)).toBe(true),
  );

  it.each([
    ['', 'is empty'],
    ['\ud800', 'lone surrogate'],
    ['a\udc00b', 'lone surrogate'],
    ['a\u0000', 'control character'],
    ['a\nb', 'control character'],
    ['a\u0085', 'control character'],
    ['😀'.repeat(256), '256 characters'],
    ['x'.repeat(256), '256 characters'],
  ])('is refused by name: %j', (id, fault) => {
    expect(isScopeId(id)).toBe(false);
    expect(describeBadName(id)).toContain(fault);
  });

  it.each([undefined, null, 7, ['a'], { id: 'a' }])('is a text, not %j', (id) => expect(isScopeId(id)).toBe(false));
});

describe('a reference to a scope', () => {
  it('is known by its form', () => fc.assert(fc.property(scope, isScopeRef)));

  it.each([
    'other',
    '',
    null,
    undefined,
    {},
    [],
    { group: '' },
    { group: null },
    { group: 'a', project: 'b' },
    { group: 'a', extra: 1 },
    { id: 'a' },
  ])('is not %j', (value) => expect(isScopeRef(value)).toBe(false));

  it('has a key of its own', () =>
    fc.assert(
      fc.property(scope, scope, (one, other) => {
        const isSame = levelOf(one) === levelOf(other) && idOf(one) === idOf(other);
        expect(scopeKey(one) === scopeKey(other)).toBe(isSame);
        expect(sameScope(one, other)).toBe(isSame);
      }),
    ));

  it('comes out of bodies as it went in', () =>
    fc.assert(
      fc.property(scope, (one) => {
        expect(scopeOf(one === 'instance' ? {} : one)).toEqual(one);
        expect(isScopeRef(JSON.parse(JSON.stringify(one)))).toBe(true);
      }),
    ));

  it('is the instance where a body names none', () => {
    expect([scopeOf({ group: null }), groupOrInstance(undefined), groupOrInstance(null)]).toEqual(
      Array.from({ length: 3 }, () => 'instance'),
    );
    expect(sameScope(undefined, undefined)).toBe(true);
    expect(sameScope(undefined, 'instance')).toBe(false);
  });
});
