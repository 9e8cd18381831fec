import { type RecordedEvent, StoreCorrupted } from '@integration-settings/domain';
import { type ReadEvent, where } from './read-event.ts';

/** A command whose last event has not come. */
interface BegunCommand {
  readonly commandId: string;
  readonly count: number;
  readonly parts: ReadEvent[];
  /** Of the last part that has come. */
  position: bigint;
}

const none: readonly ReadEvent[] = [];

/** Holds the events of commands back until the last one of each has come: they take effect together (R24). */
export class BegunCommands {
  readonly #byStream = new Map<string, BegunCommand>();

  /** How many events are held back. */
  get parts(): number {
    let count = 0;
    for (const { parts } of this.#byStream.values()) count += parts.length;
    return count;
  }

  /** The events that are held back, those of each command in their order. */
  freeze(): readonly RecordedEvent[] {
    return [...this.#byStream.values()].flatMap(({ parts }) => parts.map(({ recorded }) => recorded));
  }

  /**
   * Takes an event of the log; one that came before is passed over.
   *
   * @returns once it is the last of its command, the events before it; until then, `undefined`
   * @throws StoreCorrupted where it is not the part that must come next in its stream
   */
  collect(event: ReadEvent): readonly ReadEvent[] | undefined {
    const { recorded, metadata } = event;
    const { streamName, position } = recorded;
    const { commandId } = metadata;
    if (metadata.part === undefined && this.#byStream.size === 0) return none;
    const begun = this.#byStream.get(streamName);
    if (begun !== undefined && position <= begun.position) return undefined;
    const [index, count] = metadata.part ?? [0, 1];
    const expected = begun?.parts.length ?? 0;
    if (index !== expected || (begun !== undefined && (begun.commandId !== commandId || begun.count !== count))) {
      const rest = begun === undefined ? '' : ` of ${begun.count} of command ${begun.commandId}`;
      throw new StoreCorrupted(
        `Event ${where(recorded)} is part ${index} of ${count} of command ${commandId}; expected part ${expected}${rest}.`,
      );
    }
    if (index + 1 === count) {
      if (begun === undefined) return none;
      this.#byStream.delete(streamName);
      return begun.parts;
    }
    if (begun === undefined) this.#byStream.set(streamName, { commandId, count, parts: [event], position });
    else {
      begun.parts.push(event);
      begun.position = position;
    }
    return undefined;
  }
}
