import { streamPrefixOf } from '@integration-settings/domain';
import { type Effect, EffectiveSettingsView } from '../effective-settings/view.ts';
import type { Past } from './moment.ts';

/** A second view of a live view's log, moved forwards position by position. One call at a time. */
export class Replay {
  readonly view: EffectiveSettingsView;
  readonly #past: Past;
  #read = -1n;

  constructor(past: Past) {
    this.#past = past;
    this.view = new EffectiveSettingsView(past.view.namespace, past.view.catalog);
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

/** Everything as it was at a position, folded from the beginning of the log. */
export const viewAt = (past: Past, position: bigint, signal?: AbortSignal): Promise<EffectiveSettingsView> =>
  new Replay(past).to(position, { signal });
