import { frozenResult, type ScopeRef, UnknownScope } from '@integration-settings/domain';
import { effective, sliceOf } from '../effective-settings/queries.ts';
import type { ReadEvent } from '../effective-settings/read-event.ts';
import { EffectiveSettingsView } from '../effective-settings/view.ts';
import { causedBy } from '../live/caused-by.ts';
import { sameSettings } from '../live/watchers.ts';
import type { EffectiveSettings, TimelineEntry } from '../read-model.ts';
import type { Past } from './moment.ts';
import { patchesBetween } from './patches.ts';
import { eventsFor } from './scope-log.ts';

/**
 * Every change of what holds at a scope, oldest first, up to now: by its own events and by those of the scopes it inherits
 * from, by moves and locks. What only sets it anew to the same is no change. A removed scope has its timeline still.
 *
 * @throws UnknownScope where it was never registered; UnknownIntegration
 */
export async function* timeline(past: Past, scope: ScopeRef, integration: string): AsyncGenerator<TimelineEntry> {
  if (past.view.tree.find(scope) === undefined) throw new UnknownScope(scope);
  const { compiled } = sliceOf(past.view, integration).view.context;
  const view = new EffectiveSettingsView(past.view.namespace, past.view.catalog);
  const settingsNow = (): EffectiveSettings | undefined =>
    view.exists(scope) ? effective(view, scope, integration) : undefined;
  let before = settingsNow();
  for (const recorded of await eventsFor(past, past.view.times.last.position, scope, [integration])) {
    let last: ReadEvent | undefined;
    view.apply(recorded, ({ event }) => (last = event));
    if (last === undefined) continue;
    const after = settingsNow();
    if (!areSame(before, after)) {
      const caused = causedBy(last, last.kind === 'settings' ? compiled : undefined);
      yield frozenResult({ ...caused, before, after, patches: patchesBetween(before, after) });
    }
    before = after;
  }
}

const areSame = (one: EffectiveSettings | undefined, other: EffectiveSettings | undefined): boolean =>
  one === other || (one !== undefined && other !== undefined && sameSettings(one, other));
