import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Catalog } from '@integration-settings/domain';
import { CommandLineError } from './command-line-error.ts';

/**
 * Loads a catalog: `gitlab`, or a module that exports one by any name. A module is a file, when it begins with a dot or a
 * slash, or a package, both seen from the current folder.
 *
 * @throws CommandLineError where there is no such module, or no catalog in it
 */
export const loadCatalog = async (name: string): Promise<Catalog> => {
  if (name === 'gitlab') return (await import('@integration-settings/domain/gitlab-catalog')).gitlabCatalog;
  const catalog = Object.values(await importModule(name)).find(isCatalog);
  if (catalog === undefined) {
    throw new CommandLineError(`The module "${name}" exports no catalog: expected the result of defineCatalog.`, 1);
  }
  return catalog;
};

const importModule = async (name: string): Promise<Readonly<Record<string, unknown>>> => {
  try {
    const path = createRequire(join(process.cwd(), 'resolve-from-here.js')).resolve(name);
    return (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new CommandLineError(`The catalog "${name}" cannot be loaded: ${reason}`, 1, { cause: error });
  }
};

const isCatalog = (value: unknown): value is Catalog => {
  const { definitions, parseForm } = (value ?? {}) as Partial<Catalog>;
  return typeof definitions === 'object' && typeof parseForm === 'function';
};
