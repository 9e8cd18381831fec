import { evolveSettings, initialSettings, type SettingsState } from '@integration-settings/domain';
import { readEvent } from '../effective-settings/read-event.ts';
import type { Past } from './moment.ts';

/** How many streams are remembered, so that reading on costs only what is new. */
const most = 1_000;

/** What a settings stream said right before an event, and right after it. */
export interface BeforeAndAfter {
  readonly before: SettingsState;
  readonly after: SettingsState;
}

interface Folded {
  /** Of the last event in it. */
  readonly revision: bigint;
  readonly state: SettingsState;
}

/** Folds settings streams by themselves, without those events that had no effect. */
export class OwnHistories {
  readonly #past: Past;
  readonly #folded = new Map<string, Folded>();

  constructor(past: Past) {
    this.#past = past;
  }

  /**
   * Reads a stream once for several of its events.
   *
   * @param revisions - in any order; of events that are there
   */
  async around(streamName: string, revisions: ReadonlySet<bigint>): Promise<ReadonlyMap<bigint, BeforeAndAfter>> {
    const found = new Map<bigint, BeforeAndAfter>();
    let { revision, state } = this.#remembered(streamName, revisions);
    reading: for await (const events of this.#past.eventStore.readStream(streamName, { from: revision + 1n })) {
      for (const recorded of events) {
        const before = state;
        const event = readEvent(recorded);
        if (event.kind === 'settings' && !this.#past.view.superseded.has(recorded.position)) {
          state = evolveSettings(state, event.body, event.cause);
        }
        ({ revision } = recorded);
        if (revisions.has(revision)) found.set(revision, { before, after: state });
        if (found.size === revisions.size) break reading;
      }
    }
    this.#remember(streamName, { revision, state });
    return found;
  }

  #remembered(streamName: string, revisions: ReadonlySet<bigint>): Folded {
    const folded = this.#folded.get(streamName);
    const isBefore = folded !== undefined && [...revisions].every((revision) => revision > folded.revision);
    return isBefore ? folded : { revision: -1n, state: initialSettings };
  }

  #remember(streamName: string, folded: Folded): void {
    this.#folded.delete(streamName);
    this.#folded.set(streamName, folded);
    for (const oldest of this.#folded.keys()) {
      if (this.#folded.size <= most) break;
      this.#folded.delete(oldest);
    }
  }
}
