import { defineCatalog } from './define-catalog.ts';
import type { Catalog } from './definition.ts';
import { gitlabDefinitions } from './gitlab-definitions.ts';

/** A mapped type, so that messages of the compiler say its name instead of all its fields. */
export type GitlabDefinitions = { readonly [Slug in keyof typeof gitlabDefinitions]: (typeof gitlabDefinitions)[Slug] };

/**
 * The 55 integrations of GitLab with their 374 fields, as its public pages and code describe them.
 *
 * A host that adds its own spreads the definitions.
 *
 * @example
 * const catalog = defineCatalog({ ...gitlabCatalog.definitions, pager: { fields: { number: { type: 'string' } } } });
 */
export const gitlabCatalog: Catalog<GitlabDefinitions> = defineCatalog(gitlabDefinitions);
