import type { Catalog, ScopeRef } from '@integration-settings/domain';
import {
  type CatalogFinding,
  catalogReport,
  type Counts,
  counts,
  type EffectiveSettings,
  effective,
  effectiveAll,
  type Explanation,
  explain,
  type OverrideRow,
  overrides,
  type OwnSettings,
  own,
  type Page,
  ScopeQueries,
  type ViewFor,
} from '@integration-settings/projections';
import type { ScopeReads, SettingsView } from './integration-settings.ts';

/** The read calls, of now and of the past alike: each asks the view that it is given for the scope. */
export abstract class SettingsReads implements SettingsView {
  readonly catalog: Catalog;
  readonly #viewFor: ViewFor;
  readonly #scopes: ScopeReads;

  /** @param viewFor - asked anew for each call */
  constructor(catalog: Catalog, viewFor: ViewFor) {
    this.catalog = catalog;
    this.#viewFor = viewFor;
    this.#scopes = new ScopeQueries(viewFor);
  }

  abstract get position(): bigint;

  get scopes(): ScopeReads {
    this.#viewFor('instance', 'itself');
    return this.#scopes;
  }

  effective(scope: ScopeRef, integration: string): EffectiveSettings {
    return effective(this.#viewFor(scope, 'itself'), scope, integration);
  }

  effectiveAll(scope: ScopeRef): readonly EffectiveSettings[] {
    return effectiveAll(this.#viewFor(scope, 'itself'), scope);
  }

  own(scope: ScopeRef, integration: string): OwnSettings {
    return own(this.#viewFor(scope, 'itself'), scope, integration);
  }

  async explain(scope: ScopeRef, integration: string): Promise<Explanation> {
    return explain(this.#viewFor(scope, 'itself'), scope, integration);
  }

  overrides(
    integration: string,
    options: { readonly within?: ScopeRef; readonly after?: string; readonly limit?: number } = {},
  ): Page<OverrideRow> {
    const { within = 'instance' } = options;
    return overrides(this.#viewFor(within, 'below'), integration, options);
  }

  counts(integration: string, within: ScopeRef = 'instance'): Counts {
    return counts(this.#viewFor(within, 'below'), integration, within);
  }

  catalogReport(): Iterable<CatalogFinding> {
    return catalogReport(this.#viewFor('instance', 'below'));
  }
}
