import type { RecordedEvent } from '@integration-settings/domain';

/** As many as several batches have under way; of what is not kept any more, the store knows. */
const most = 4_096;

/** What the view has met since somebody began to wait for it, to be found by its position. */
export class MetEvents {
  #waiting = 0;
  /** As the view met them, which is mostly in the order of the log. */
  #events: RecordedEvent[] = [];
  /** Where the next one that is asked for is likely to be: a batch asks for one after the other. */
  #likely = 0;

  /** From here on events are kept, until as many have ended as began. */
  begin(): void {
    this.#waiting += 1;
  }

  end(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#events = [];
  }

  add(event: RecordedEvent): void {
    if (this.#waiting === 0) return;
    if (this.#events.length === 2 * most) this.#events = this.#events.slice(most);
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
