import type { ScopeRef } from '@integration-settings/domain';
import { catalogReport } from '../effective-settings/catalog-report.ts';
import { explain } from '../effective-settings/explain.ts';
import { counts, effective, effectiveAll, overrides, own } from '../effective-settings/queries.ts';
import type { EffectiveSettingsView } from '../effective-settings/view.ts';
import { catalog } from './catalogs.fixture.ts';
import { scopes } from './history.fixture.ts';
import { plain } from './oracle.fixture.ts';

const readable = Object.keys(catalog.definitions);

/** What a view answers for one scope. */
export const answersFor = (view: EffectiveSettingsView, scope: ScopeRef): unknown => {
  if (!view.exists(scope)) return 'not there';
  const number = view.tree.find(scope)!;
  return plain({
    name: view.tree.nameOf(number),
    path: view.tree.pathOf(number).map((at) => view.tree.refOf(at)),
    revision: view.tree.revisionOf(number),
    all: effectiveAll(view, scope),
    settings: readable.map((integration) => [
      effective(view, scope, integration),
      own(view, scope, integration),
      explain(view, scope, integration),
    ]),
  });
};

/** What a view answers for all scopes of random histories, and for all of them together. */
export const answersOfAll = (view: EffectiveSettingsView): unknown => ({
  scopes: scopes.map((scope) => answersFor(view, scope)),
  lists: plain(
    readable.map((integration) => [
      counts(view, integration),
      overrides(view, integration),
      [...catalogReport(view)].map((found) => found),
    ]),
  ),
});
