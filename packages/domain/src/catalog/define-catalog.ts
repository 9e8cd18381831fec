import { InvalidCatalog, UnknownIntegration } from '../errors.ts';
import type { Catalog, IntegrationDefinition } from './definition.ts';
import { findCatalogFaults } from './find-catalog-faults.ts';
import { parseForm } from './parse-form.ts';

/**
 * Makes a catalog of definitions; slugs, fields and values are inferred from it in commands and reads.
 *
 * The definitions are copied and the copy is deeply frozen, so what the caller does with the object later has no effect.
 * The copies of what is keyed by slug or field name have no prototype: `definitions['constructor']` is a slug or nothing.
 *
 * @throws InvalidCatalog naming every fault at once, by its path: `jira.url.type`
 * @example
 * const catalog = defineCatalog({
 *   pager: {
 *     title: 'Pager',
 *     fields: {
 *       url: { type: 'string', format: 'url', endpoint: true, required: true },
 *       token: { type: 'string', secret: true, required: true },
 *     },
 *   },
 * });
 */
export const defineCatalog = <const D extends Readonly<Record<string, IntegrationDefinition>>>(
  definitions: D,
): Catalog<D> => {
  const faults = findCatalogFaults(definitions);
  if (faults.length > 0) throw new InvalidCatalog(faults);
  const copies = copyByName(definitions, (integration) => ({
    ...frozenCopy(integration),
    fields: copyByName(integration.fields, frozenCopy),
  }));
  return Object.freeze<Catalog<D>>({
    definitions: copies as unknown as D,
    parseForm: (integration, entries) => {
      const definition = copies[integration];
      if (definition === undefined) throw new UnknownIntegration(integration);
      return parseForm(definition, entries);
    },
  });
};

const copyByName = <T extends object>(
  source: Readonly<Record<string, T>>,
  copy: (item: T) => T,
): Readonly<Record<string, T>> => {
  const copies = Object.create(null) as Record<string, T>;
  for (const [name, item] of Object.entries(source)) copies[name] = Object.freeze(copy(item));
  return Object.freeze(copies);
};

/** Of an object whose deepest values are lists of primitives. */
const frozenCopy = <T extends object>(source: T): T =>
  Object.freeze(
    Object.fromEntries(
      Object.entries(source).map(([key, value]) => [key, Array.isArray(value) ? Object.freeze([...value]) : value]),
    ),
  ) as T;
