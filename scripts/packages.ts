import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.ts';

/** The part of a package.json that the scripts look at. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** A package that is published: a folder of `packages/`. */
export interface Package {
  /** The name of its folder. */
  readonly folder: string;
  /** The absolute path of its folder. */
  readonly path: string;
  readonly manifest: PackageManifest;
}

/** Every package that is published, in the order of their folders' names. */
export const packages = (): readonly Package[] =>
  readdirSync(join(root, 'packages'))
    .toSorted()
    .map((folder) => ({ folder, path: join(root, 'packages', folder) }))
    .filter(({ path }) => existsSync(join(path, 'package.json')))
    .map((found) => ({
      ...found,
      manifest: JSON.parse(readFileSync(join(found.path, 'package.json'), 'utf8')) as PackageManifest,
    }));
