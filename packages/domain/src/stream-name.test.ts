import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scopeId, slug } from './scope.fixture.ts';
import type { ScopeRef } from './scope.ts';
import {
  isNamespace,
  parseStreamName,
  secretAccessStreamName,
  settingsStreamName,
  settingsStreamPrefix,
  type StreamIdentity,
  streamPrefixOf,
  structureStreamName,
} from './stream-name.ts';

const namespace = fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,31}$/);
const below: fc.Arbitrary<Exclude<ScopeRef, 'instance'>> = fc.oneof(
  scopeId.map((group) => ({ group })),
  scopeId.map((project) => ({ project })),
);
const identity: fc.Arbitrary<StreamIdentity> = fc.oneof(
  fc.record({ kind: fc.constant('structure' as const), scope: below }),
  fc.record({
    kind: fc.constant('settings' as const),
    scope: fc.oneof(fc.constant('instance' as const), below),
    integration: slug,
  }),
);
const nameOf = (namespace: string, stream: StreamIdentity): string =>
  stream.kind === 'settings'
    ? settingsStreamName(namespace, stream.scope, stream.integration)
    : structureStreamName(namespace, stream.scope);

describe('the name of a stream', () => {
  it('leads back to what it is of, whatever the id', () =>
    fc.assert(
      fc.property(namespace, identity, (namespace, stream) => {
        expect(parseStreamName(namespace, nameOf(namespace, stream))).toEqual(stream);
      }),
    ));

  it('is of one stream only', () =>
    fc.assert(
      fc.property(identity, identity, (one, other) => {
        expect(nameOf('a', one) === nameOf('a', other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    ));

  it('leads nowhere but to a stream of that name', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc
            .tuple(
              fc.constantFrom(
                'instanceSettings',
                'groupSettings',
                'projectSettings',
                'group',
                'project',
                'secretAccess',
                'x',
              ),
              fc.oneof(scopeId, slug, fc.constantFrom('', '/', 'a/', '/a', 'a/b', 'a/B', 'a\u0000/b', '\ud800/b')),
            )
            .map(([category, rest]) => `a.${category}-${rest}`),
        ),
        (name) => {
          const stream = parseStreamName('a', name);
          expect(stream === undefined ? name : nameOf('a', stream)).toBe(name);
        },
      ),
    ));

  it.each([
    ['another namespace', 'b.group-x'],
    ['a longer namespace', 'ab.group-x'],
    ['another category', 'a.groups-x'],
    ['no id', 'a.group-'],
    ['no integration', 'a.groupSettings-x'],
    ['an empty integration', 'a.groupSettings-x/'],
    ['an integration that is no slug', 'a.groupSettings-x/Jira'],
    ['an instance with a path', 'a.instanceSettings-x/jira'],
    ['an id that none may be', 'a.project-x\u0000'],
    ['the reveals of a day', secretAccessStreamName('a', '2026-01-31')],
  ])('is none of ours with %s', (_what, name) => expect(parseStreamName('a', name)).toBeUndefined());

  it('is written as the format says', () => {
    expect(settingsStreamName('integrations', 'instance', 'jira')).toBe('integrations.instanceSettings-jira');
    expect(settingsStreamName('integrations', { group: 'a/b' }, 'jira')).toBe('integrations.groupSettings-a/b/jira');
    expect(settingsStreamName('integrations', { project: '42' }, 'jira')).toBe('integrations.projectSettings-42/jira');
    expect(structureStreamName('integrations', { group: 'a-b' })).toBe('integrations.group-a-b');
    expect(structureStreamName('integrations', { project: '%2F' })).toBe('integrations.project-%2F');
    expect(secretAccessStreamName('integrations', '2026-01-31')).toBe('integrations.secretAccess-2026-01-31');
  });

  it('begins with the prefix of its namespace, and of its scope', () =>
    fc.assert(
      fc.property(namespace, below, slug, (namespace, scope, integration) => {
        const name = settingsStreamName(namespace, scope, integration);
        expect(name.startsWith(streamPrefixOf(namespace))).toBe(true);
        expect(name.startsWith(settingsStreamPrefix(namespace, scope))).toBe(true);
      }),
    ));
});

describe('a namespace', () => {
  it.each(['a', 'integrations', 'tenantA1', 'a'.repeat(32)])('may be %j', (text) =>
    expect(isNamespace(text)).toBe(true),
  );
  it.each(['', 'A', '1a', 'a-b', 'a.b', 'a b', 'a\n', 'ä', 'a'.repeat(33)])('is not %j', (text) =>
    expect(isNamespace(text)).toBe(false),
  );
});
