import { frozenResult, isAccepted, isSealed, levelOf, type OwnDocument } from '@integration-settings/domain';
import type { CatalogFinding } from '../read-model.ts';
import type { IntegrationView } from './integration-view.ts';
import type { EffectiveSettingsView } from './view.ts';

/** What is stored and today's catalog does not understand or allow, scope by scope. Lazy: it reads the view as it goes. */
export function* catalogReport(view: EffectiveSettingsView): Generator<CatalogFinding> {
  for (const finding of findingsIn(view)) yield frozenResult(finding);
}

function* findingsIn(view: EffectiveSettingsView): Generator<CatalogFinding> {
  for (const slice of view.slices.values()) {
    for (const [number, { state }] of slice.own.entries()) {
      if (!view.tree.isPresent(number)) continue;
      const finding = { scope: view.tree.refOf(number), integration: slice.slug };
      if (slice.view === undefined) {
        const latest = state.own?.latest ?? state.lock?.latest;
        if (latest !== undefined) yield { ...finding, problem: 'unknown integration', position: latest.position };
      } else if (state.own !== undefined) yield* documentFindings(slice.view, finding, state.own);
    }
  }
}

function* documentFindings(
  view: IntegrationView,
  finding: Pick<CatalogFinding, 'scope' | 'integration'>,
  own: OwnDocument,
): Generator<CatalogFinding> {
  const { definition, fields } = view.context.compiled;
  if (definition.levels?.includes(levelOf(finding.scope)) === false) {
    yield { ...finding, problem: 'not available at level', position: own.latest.position };
  }
  for (const { name: field, value, cause } of own.fields) {
    const { position } = cause;
    const known = fields.get(field);
    if (known === undefined) yield { ...finding, field, problem: 'unknown field', position };
    else if (value === null) continue;
    else if (isSealed(value)) {
      if (known.type !== 'string') yield { ...finding, field, problem: 'value not accepted', position };
    } else {
      if (!isAccepted(known, value)) yield { ...finding, field, problem: 'value not accepted', position };
      if (known.secret === true) yield { ...finding, field, problem: 'secret in clear', position };
    }
  }
}
