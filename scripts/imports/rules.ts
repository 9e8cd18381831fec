import { posix } from 'node:path';
import type { Import } from './read-imports.ts';

/** What a file is for: shipped and used, shipped for the tests of others, or not shipped. */
type Role = 'production' | 'test kit' | 'test';

/** The folder of each package and the folders of those it builds on. Whatever is not here has no right to exist yet. */
const layers: Readonly<
  Record<string, { readonly buildsOn: readonly string[]; readonly testedWith: readonly string[] }>
> = {
  domain: { buildsOn: [], testedWith: [] },
  projections: { buildsOn: ['domain'], testedWith: ['adapters'] },
  adapters: { buildsOn: ['domain'], testedWith: [] },
  'integration-settings': { buildsOn: ['domain', 'projections'], testedWith: ['adapters'] },
};

/** The command line is a program, not a library: it alone chooses drivers. */
const commandLine = 'packages/integration-settings/src/cli/';

/** Libraries that only tests use. */
const testLibraries = new Set(['vitest', 'fast-check']);

const roleOf = (file: string): Role => {
  if (/\.(test|test-d|fixture)\.ts$/.test(file)) return 'test';
  return file.includes('/src/testing/') ? 'test kit' : 'production';
};

/** The folder of the package that a file lies in, or undefined for examples, benchmarks and scripts. */
const folderOf = (file: string): string | undefined => /^packages\/([^/]+)\//.exec(file)?.[1];

/** The folder of one of our own packages, and what is imported of it. */
const ownPackage = (specifier: string): { readonly folder: string; readonly path: string } | undefined => {
  const [, scoped, unscoped, path = ''] =
    /^(?:@integration-settings\/([^/]+)|(integration-settings))(?:\/(.*))?$/.exec(specifier) ?? [];
  const folder = scoped ?? unscoped;
  return folder === undefined ? undefined : { folder, path };
};

const mayUse = (file: string, from: string, to: string): boolean => {
  const layer = layers[from];
  if (from === to || layer === undefined || layer.buildsOn.includes(to)) return true;
  return (roleOf(file) === 'test' || file.startsWith(commandLine)) && layer.testedWith.includes(to);
};

/** What the imported code is for. */
const roleOfTarget = (file: string, specifier: string): Role => {
  if (specifier.startsWith('.')) return roleOf(posix.join(posix.dirname(file), specifier));
  const isForTests = testLibraries.has(specifier) || /^testing(\/|$)/.test(ownPackage(specifier)?.path ?? '');
  return isForTests ? 'test kit' : 'production';
};

/**
 * Says what is wrong with one import, by itself.
 *
 * @param file - from the folder of the workspace, with forward slashes
 * @returns nothing where all is well
 */
export const faultOf = (file: string, { specifier, atRunTime }: Import): string | undefined => {
  const from = folderOf(file);
  const target = ownPackage(specifier);
  const role = roleOf(file);

  if (specifier.startsWith('.')) {
    const to = folderOf(posix.join(posix.dirname(file), specifier));
    if (to !== undefined && to !== from) return `reaches into packages/${to}; import it by the package's name`;
  }
  if (target !== undefined && /^(src|dist)(\/|$)/.test(target.path)) {
    return `reaches into ${target.folder}; import what its package.json exports`;
  }
  if (from === undefined) return undefined;

  if (layers[from] === undefined) return `lies in packages/${from}, which has no place among the layers yet`;
  if (target !== undefined && !mayUse(file, from, target.folder)) return `${from} must not build on ${target.folder}`;
  if (role === 'test') return undefined;
  if (from === 'domain' && role === 'production' && atRunTime && !specifier.startsWith('.')) {
    return 'domain imports nothing at run time';
  }
  const targetRole = roleOfTarget(file, specifier);
  if (targetRole === 'test') return 'is shipped, so it must not import a test';
  if (role === 'production' && targetRole === 'test kit') {
    return 'is production code, so it must not import what only tests use';
  }
  return undefined;
};
