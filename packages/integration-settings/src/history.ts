import { type EventStore, isOutOfRange, type ScopeRef } from '@integration-settings/domain';
import {
  type LiveView,
  type Moment,
  parseMoment,
  type Past,
  positionOf,
  timeline,
  type TimelineEntry,
  viewAt,
  viewOfScopeAt,
} from '@integration-settings/projections';
import type { SettingsView } from './integration-settings.ts';
import { PastSettings } from './past-settings.ts';

/** Answers for the past, from the log, as far as the live view has come. */
export class History {
  readonly #live: LiveView;
  readonly #eventStore: EventStore;

  constructor(live: LiveView, eventStore: EventStore) {
    this.#live = live;
    this.#eventStore = eventStore;
  }

  /** @throws OutOfRange, on fresh knowledge of where the log ends */
  async positionOf(moment: Moment): Promise<bigint> {
    parseMoment(moment);
    try {
      return await positionOf(this.#past, moment);
    } catch (error) {
      if (!isOutOfRange(error) || this.#live.stopped !== undefined) throw error;
      await this.#live.catchUp();
      return positionOf(this.#past, moment);
    }
  }

  async asOf(moment: Moment, scope: ScopeRef | undefined, requireOpen: () => void): Promise<SettingsView> {
    const position = await this.positionOf(moment);
    const view = await (scope === undefined
      ? viewAt(this.#past, position)
      : viewOfScopeAt(this.#past, position, scope));
    return new PastSettings({ view, position, scope, requireOpen });
  }

  timeline(scope: ScopeRef, integration: string): AsyncIterable<TimelineEntry> {
    return timeline(this.#past, scope, integration);
  }

  get #past(): Past {
    return { eventStore: this.#eventStore, view: this.#live.view };
  }
}
