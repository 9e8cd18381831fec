import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.ts';

/** The part of a package.json that the scripts look at. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
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

/** The names under which a package's code can be imported, its package.json left out. */
export const entryPoints = ({ name, exports }: PackageManifest): readonly string[] =>
  Object.keys(exports)
    .filter((subpath) => subpath !== './package.json')
    .map((subpath) => name + subpath.slice(1));
