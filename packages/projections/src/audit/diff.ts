import { frozenResult, sameFieldValue, type ScopeRef, UnknownScope } from '@integration-settings/domain';
import { sliceOf } from '../effective-settings/queries.ts';
import type { EffectiveSettingsView, ReadableSlice } from '../effective-settings/view.ts';
import type { EffectiveSettings, Sampled } from '../read-model.ts';

/** What of two moments is compared; absent: all. */
export interface DiffOptions {
  readonly integration?: string | undefined;
  /** Projects that lay at or below it in one of the moments. */
  readonly within?: ScopeRef | undefined;
}

/** After how many projects other work gets its turn. */
const turn = 1_024;

/**
 * Whose effective toggle or values differ between two moments, project by project in the order of registration. Whoever comes
 * or goes counts where anything was configured.
 *
 * @param before - folded from the same log as `after`, so that scopes have the same numbers
 * @throws UnknownScope where the scope was there in neither moment; UnknownIntegration
 */
export async function* diff(
  before: EffectiveSettingsView,
  after: EffectiveSettingsView,
  { integration, within = 'instance' }: DiffOptions = {},
): AsyncGenerator<Sampled> {
  const views = [before, after];
  if (!views.some((view) => view.exists(within))) throw new UnknownScope(within);
  const slugs = integration === undefined ? Object.keys(after.catalog.definitions) : [integration];
  const slices = slugs.map((slug) => [sliceOf(before, slug), sliceOf(after, slug)] as const).filter(hasSettings);
  const size = Math.max(before.tree.size, after.tree.size);
  for (let number = 1; number < size; number += 1) {
    if (number % turn === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    const { tree } = number < after.tree.size ? after : before;
    if (!tree.isProject(number) || !views.some((view) => liesWithin(view, number, within))) continue;
    for (const [then, now] of slices) {
      const difference = { before: settingsIn(before, then, number), after: settingsIn(after, now, number) };
      if (isAffected(difference.before, difference.after)) {
        yield frozenResult({ project: tree.idOf(number), integration: then.slug, ...difference });
      }
    }
  }
}

const hasSettings = (slices: readonly ReadableSlice[]): boolean =>
  slices.some(({ own }) => own.groups.size > 0 || own.projects.size > 0);

const isThere = ({ tree }: EffectiveSettingsView, number: number): boolean =>
  number < tree.size && tree.isPresent(number);

const liesWithin = (view: EffectiveSettingsView, number: number, scope: ScopeRef): boolean => {
  const root = view.tree.find(scope);
  return root !== undefined && isThere(view, number) && view.tree.isAtOrBelow(number, root);
};

const settingsIn = (view: EffectiveSettingsView, slice: ReadableSlice, number: number): EffectiveSettings | undefined =>
  isThere(view, number) ? slice.view.effective(number) : undefined;

/** Whether the effective `active` or `values` differ; for a project that comes or goes, whether it has any. */
const isAffected = (before: EffectiveSettings | undefined, after: EffectiveSettings | undefined): boolean => {
  if (before === undefined || after === undefined) return (before ?? after)?.source !== undefined;
  if (before.active !== after.active) return true;
  const names = Object.keys(before.values);
  return (
    names.length !== Object.keys(after.values).length ||
    names.some((name) => !sameFieldValue(before.values[name], after.values[name]))
  );
};
