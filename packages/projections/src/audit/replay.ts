import { streamPrefixOf } from '@integration-settings/domain';
import { type Effect, EffectiveSettingsView } from '../effective-settings/view.ts';
import type { Past } from './moment.ts';

/** A second view of a live view's log, moved forwards position by position. One call at a time. */
export class Replay {
  readonly view: EffectiveSettingsView;
  readonly #past: Past;
  #read: bigint;

  /** @param view - of the same log, where it goes on from; from the beginning, if absent */
  constructor(past: Past, view = new EffectiveSettingsView(past.view.namespace, past.view.catalog)) {
    this.#past = past;
    this.view = view;
    this.#read = view.last?.position ?? -1n;
  }

  /** One that goes on from the nearest snapshot at or before a position. */
  static async near(past: Past, position: bigint, signal?: AbortSignal): Promise<Replay> {
    return new Replay(past, await past.snapshots?.restore(position, signal));
  }

  /** Everything up to here was read. */
  get position(): bigint {
    return this.#read;
  }

  /**
   * Reads on up to a position, that event included.
   *
   * @param observe - told what each event did, once all of its command have taken effect
   * @param onRead - told after each batch how many events it had
   */
  async to(
    position: bigint,
    options: {
      readonly observe?: (effect: Effect) => void;
      readonly onRead?: (events: number) => void;
      readonly signal?: AbortSignal | undefined;
    } = {},
  ): Promise<EffectiveSettingsView> {
    if (position <= this.#read) return this.view;
    const { eventStore, view } = this.#past;
    const { observe, onRead, signal } = options;
    const range = { after: this.#read, before: position + 1n, streamPrefix: streamPrefixOf(view.namespace) };
    for await (const events of eventStore.readAll(signal === undefined ? range : { ...range, signal })) {
      for (const event of events) {
        this.view.apply(event, observe);
        this.#read = event.position;
      }
      onRead?.(events.length);
    }
    this.#read = position;
    return this.view;
  }
}

/** Everything as it was at a position, folded from the nearest snapshot or from the beginning of the log. */
export const viewAt = async (past: Past, position: bigint, signal?: AbortSignal): Promise<EffectiveSettingsView> => {
  const replay = await Replay.near(past, position, signal);
  return replay.to(position, { signal });
};
