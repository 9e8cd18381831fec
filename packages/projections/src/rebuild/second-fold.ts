import type { EventStore } from '@integration-settings/domain';
import { Replay } from '../audit/replay.ts';
import type { EffectiveSettingsView } from '../effective-settings/view.ts';
import type { LiveView } from '../live/live-view.ts';
import type { Progress } from '../read-model.ts';
import { Differences } from './differences.ts';

/** How many scopes are compared in one turn. */
const turn = 256;

export interface FoldOptions {
  /** Told after each batch of events. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Folds the log once more beside a live view that goes on following it, and compares the two. */
export class SecondFold {
  readonly #live: LiveView;
  readonly #replay: Replay;
  readonly #options: FoldOptions;
  readonly #differences = new Differences();

  constructor(live: LiveView, eventStore: EventStore, options: FoldOptions) {
    this.#live = live;
    this.#options = options;
    this.#replay = new Replay({ eventStore, view: live.view });
  }

  /**
   * Reads the log, then compares part by part, each at one position of both; other work gets its turn in between.
   *
   * @returns what differs
   */
  async compare(): Promise<readonly string[]> {
    await this.#read();
    const { view } = this.#replay;
    for (let from = 0, size = 1; from < size; from += turn) {
      await this.alongside((live) => {
        size = Math.max(live.tree.size, view.tree.size);
        this.#differences.compareScopes(live, view, from, Math.min(from + turn, size));
      });
      await nextTurn();
    }
    await this.alongside((live) => this.#differences.compareCounts(live, view));
    return this.#differences.list;
  }

  /** Does something at a moment at which both views are at the same position. */
  async alongside<T>(work: (live: EffectiveSettingsView, fresh: EffectiveSettingsView) => T): Promise<T> {
    const { signal } = this.#options;
    signal?.throwIfAborted();
    while (this.#replay.position !== this.#live.delivered) await this.#replay.to(this.#live.delivered, { signal });
    return work(this.#live.view, this.#replay.view);
  }

  async #read(): Promise<void> {
    const { onProgress, signal } = this.#options;
    const total = this.#live.view.events + this.#live.view.waiting;
    const begun = performance.now();
    let events = 0;
    const onRead = (count: number): void => {
      events += count;
      const perSecond = Math.round((events * 1_000) / Math.max(1, performance.now() - begun));
      onProgress?.(Object.freeze({ events, total, perSecond }));
    };
    await this.#replay.to(this.#live.delivered, { onRead, signal });
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
