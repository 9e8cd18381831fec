import type { EventMetadata, RecordedEvent } from '@integration-settings/domain';
import { type Key, keyOf } from './serial-queue.ts';

/** How many that nobody waits for may be kept beside as many again as there are commands and events that somebody waits for. */
const few = 64;

/** What the view has met of the commands that somebody waits for, to be found by its position. */
export class MetEvents {
  /** How many wait, by the key of the command id. */
  readonly #expected = new Map<Key, number>();
  /** As the view met them, which is mostly in the order of the log. */
  #events: RecordedEvent[] = [];
  /** How many of them somebody waited for when that was asked last. It is asked of all when many have come: for each at once it would cost too much. */
  #kept = 0;
  /** Where the next one that is asked for is likely to be: a batch asks for one after the other. */
  #likely = 0;

  /** From here on the events of a command are kept, and some of others, until it is forgotten as often as it was expected. */
  expect(key: Key): void {
    this.#expected.set(key, (this.#expected.get(key) ?? 0) + 1);
  }

  forget(key: Key): void {
    const others = (this.#expected.get(key) ?? 1) - 1;
    if (others > 0) this.#expected.set(key, others);
    else this.#expected.delete(key);
    if (this.#expected.size === 0) [this.#events, this.#kept] = [[], 0];
  }

  add(event: RecordedEvent): void {
    if (this.#expected.size === 0) return;
    if (this.#events.length >= 2 * Math.max(this.#expected.size, this.#kept) + few) this.#keepExpected();
    this.#events.push(event);
  }

  /** The events of one append, by the position of its last one; `undefined` where they are not all here. */
  find(position: bigint, streamName: string, count: number): readonly RecordedEvent[] | undefined {
    const at = this.#indexOf(position);
    if (at === undefined || at + 1 < count) return undefined;
    this.#likely = at + count;
    for (let part = at - count + 1; part <= at; part += 1)
      if (this.#events[part]!.streamName !== streamName) return undefined;
    return count === 1 ? [this.#events[at]!] : this.#events.slice(at - count + 1, at + 1);
  }

  #keepExpected(): void {
    this.#events = this.#events.filter((event) => this.#isExpected(event));
    this.#kept = this.#events.length;
  }

  /** Events that are passed over may have any metadata. */
  #isExpected({ metadata }: RecordedEvent): boolean {
    const { commandId } = (metadata ?? {}) as Partial<EventMetadata>;
    return typeof commandId === 'string' && this.#expected.has(keyOf(commandId));
  }

  #indexOf(position: bigint): number | undefined {
    if (this.#events[this.#likely]?.position === position) return this.#likely;
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#events[middle]!.position < position) low = middle + 1;
      else high = middle;
    }
    return this.#events[low]?.position === position ? low : undefined;
  }
}
