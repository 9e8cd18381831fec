import { isScopeId, scopeKey, type ScopeRef } from '@integration-settings/domain';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parsePlace, parseScope, parseScopeBelow } from './scope-argument.ts';

const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter(isScopeId);
const scope: fc.Arbitrary<ScopeRef> = fc.oneof(
  fc.constant('instance' as const),
  id.map((group) => ({ group })),
  id.map((project) => ({ project })),
);

it('reads every scope that is written as people see it', () => {
  fc.assert(
    fc.property(scope, (given) => {
      expect(parseScope(scopeKey(given))).toEqual(given);
    }),
  );
});

it.each(['', 'group', 'group/', 'project/\u0000', 'GROUP/a', 'a/b'])('refuses %j as a scope', (text) => {
  expect(() => parseScope(text)).toThrow('is no scope');
});

it('tells places from what lies in them', () => {
  expect([parsePlace('instance'), parsePlace('group/a')]).toEqual([null, 'a']);
  expect(() => parsePlace('project/a')).toThrow('expected instance or group/ID');
  expect(() => parseScopeBelow('instance')).toThrow('expected group/ID or project/ID');
});
