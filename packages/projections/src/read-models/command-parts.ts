import { type RecordedEvent, StoreCorrupted } from '@integration-settings/domain';
import { readEvent, type ReadEvent, where } from '../effective-settings/read-event.ts';

/** Holds events back until all events of their command are there: they take effect together, at the position of the last. */
export class CommandParts {
  /** By stream. */
  readonly #begun = new Map<string, readonly ReadEvent[]>();

  /** Whether a command has begun whose last event has not come. */
  get isWaiting(): boolean {
    return this.#begun.size > 0;
  }

  /**
   * Takes the next event of the log.
   *
   * @returns what takes effect with it
   * @throws StoreNewer, StoreCorrupted
   */
  take(recorded: RecordedEvent): readonly ReadEvent[] {
    const event = readEvent(recorded);
    const { streamName } = recorded;
    const begun = this.#begun.get(streamName) ?? [];
    const [index, count] = partOf(event);
    const [first] = begun;
    const goesOn = first === undefined || (partOf(first)[1] === count && isSameCommand(first, event));
    if (index !== begun.length || !goesOn) {
      throw new StoreCorrupted(
        `Event ${where(recorded)} is part ${index} of ${count} of command ${event.metadata.commandId}; expected part ${begun.length}.`,
      );
    }
    const parts = [...begun, event];
    if (parts.length < count) {
      this.#begun.set(streamName, parts);
      return [];
    }
    this.#begun.delete(streamName);
    return parts;
  }
}

const partOf = ({ metadata }: ReadEvent): readonly [index: number, count: number] => metadata.part ?? [0, 1];

const isSameCommand = (one: ReadEvent, other: ReadEvent): boolean =>
  one.metadata.commandId === other.metadata.commandId;
