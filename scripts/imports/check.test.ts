import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkImports } from './check.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'imports-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Lays out a workspace and returns what the check finds in it. */
const faultsOf = (files: Readonly<Record<string, string>>): readonly string[] => {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return checkImports(root).faults;
};

describe('the direction between packages', () => {
  it.each([
    ['domain', '@integration-settings/projections'],
    ['domain', 'integration-settings'],
    ['projections', '@integration-settings/adapters/memory'],
    ['projections', 'integration-settings'],
    ['adapters', '@integration-settings/projections'],
    ['integration-settings', '@integration-settings/adapters/sqlite'],
  ])('refuses that %s builds on %s, for types too', (folder, specifier) => {
    const faults = faultsOf({ [`packages/${folder}/src/a.ts`]: `\nimport type { A } from '${specifier}';` });
    expect(faults).toEqual([
      expect.stringMatching(`packages/${folder}/src/a.ts:2 imports "${specifier}": .* build on`),
    ]);
  });

  it('lets packages build on those below them, tests and the command line choose adapters, examples use all', () => {
    const faults = faultsOf({
      'packages/projections/src/a.ts': `import { a } from '@integration-settings/domain';`,
      'packages/projections/src/a.test.ts': `import { a } from '@integration-settings/adapters/memory';`,
      'packages/adapters/src/memory/index.ts': `import { a } from '@integration-settings/domain';`,
      'packages/integration-settings/src/a.ts': `export { a } from '@integration-settings/projections';`,
      'packages/integration-settings/src/cli/main.ts': `await import('@integration-settings/adapters/sqlite');`,
      'examples/a/main.ts': `import 'integration-settings'; import '@integration-settings/adapters/sqlite';`,
    });
    expect(faults).toEqual([]);
  });

  it('refuses a package that the layers do not name', () => {
    expect(faultsOf({ 'packages/extra/src/a.ts': `import './b.ts';` })).toEqual([expect.stringContaining('layers')]);
  });

  it.each([
    ['packages/projections/src/a.ts', '../../domain/src/index.ts'],
    ['packages/projections/src/a.test.ts', '@integration-settings/domain/src/index.ts'],
    ['examples/a/main.ts', '../../packages/domain/src/index.ts'],
    ['benchmarks/a.ts', 'integration-settings/dist/index.js'],
  ])('refuses that %s reaches into another package by %s', (file, specifier) => {
    expect(faultsOf({ [file]: `import { a } from '${specifier}';` })).toEqual([
      expect.stringContaining('reaches into'),
    ]);
  });
});

describe('the domain', () => {
  it.each(['node:crypto', 'immer', 'uuid'])('imports nothing at run time, not %s either', (specifier) => {
    for (const text of [
      `import { a } from '${specifier}';`,
      `export * from '${specifier}';`,
      `import('${specifier}');`,
    ]) {
      expect(faultsOf({ 'packages/domain/src/a.ts': text })).toEqual([
        expect.stringContaining('domain imports nothing at run time'),
      ]);
    }
  });

  it('may import types, and its test kit may assert', () => {
    const faults = faultsOf({
      'packages/domain/src/a.ts': `import type { A } from 'rxjs';`,
      'packages/domain/src/testing/spec.ts': `import assert from 'node:assert'; import fc from 'fast-check';`,
    });
    expect(faults).toEqual([]);
  });
});

describe('production code', () => {
  it.each(['./testing/kit.ts', 'vitest', '@integration-settings/domain/testing'])(
    'does not import %s, which only tests use',
    (specifier) => {
      expect(faultsOf({ 'packages/adapters/src/a.ts': `import { a } from '${specifier}';` })).toEqual([
        expect.stringContaining('only tests use'),
      ]);
    },
  );

  it.each(['src/a.ts', 'src/testing/kit.ts'])('does not import a test or a fixture into %s', (file) => {
    const text = `import './b.test.ts'; import './b.fixture.ts';`;
    expect(faultsOf({ [`packages/adapters/${file}`]: text })).toEqual([
      expect.stringContaining('must not import a test'),
      expect.stringContaining('must not import a test'),
    ]);
  });
});

describe('circles', () => {
  it('names each circle once, over types and re-exports too', () => {
    const faults = faultsOf({
      'packages/domain/src/a.ts': `import type { B } from './b.ts';`,
      'packages/domain/src/b.ts': `export { c } from './deep/c.ts';`,
      'packages/domain/src/deep/c.ts': `import { a } from '../a.ts'; import { d } from '../d.ts';`,
      'packages/domain/src/d.ts': '',
      'packages/domain/src/e.ts': `import './a.ts';`,
    });
    const [a, b, c] = ['a.ts', 'b.ts', 'deep/c.ts'].map((file) => `packages/domain/src/${file}`);
    expect(faults).toEqual([`a circle: ${a} → ${b} → ${c} → ${a}`]);
  });

  it('names a file that imports itself', () => {
    expect(faultsOf({ 'packages/domain/src/a.ts': `import './a.ts';` })).toEqual([expect.stringContaining('circle')]);
  });
});

it('refuses a file that cannot be parsed, by name', () => {
  expect(() => faultsOf({ 'packages/domain/src/a.ts': 'import {' })).toThrow('packages/domain/src/a.ts');
});
