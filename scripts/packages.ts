import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.ts';

/** The part of a package.json that the scripts look at. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package that is published: a folder of `packages/`. */
export interface Package {
  /** The absolute path of its folder. */
  readonly path: string;
  readonly manifest: PackageManifest;
}

/** Every package that is published, in the order of their folders' names. */
export const packages = (): readonly Package[] =>
  readdirSync(join(root, 'packages'))
    .toSorted()
    .map((folder) => join(root, 'packages', folder))
    .filter((path) => existsSync(join(path, 'package.json')))
    .map((path) => ({
      path,
      manifest: JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as PackageManifest,
    }));

/** A name under which a package's code can be imported. */
export interface EntryPoint {
  readonly name: string;
  /** The absolute path of the source that its compiled file is made from. */
  readonly source: string;
}

/** All entry points of a package, in the order of its package.json. */
export const entryPoints = ({ path, manifest }: Package): readonly EntryPoint[] =>
  Object.entries(manifest.exports).flatMap(([subpath, target]) => {
    if (typeof target === 'string') return [];
    const source = target.default.replace(/^\.\/dist\/(.*)\.js$/, 'src/$1.ts');
    return { name: manifest.name + subpath.slice(1), source: join(path, source) };
  });
