import { type EventMetadata, type EventStore, type RecordedEvent, streamPrefixOf } from '@integration-settings/domain';
import { CommandLineError } from './command-line-error.ts';
import { sideBySide } from './side-by-side.ts';

/** About the most text under way. */
const mostText = 1024 * 1024;

/** How far a copy has come. */
export interface CopyProgress {
  /** Events of the namespace that the target has. */
  readonly events: number;
  /** Of the last of them, in the source. */
  readonly position: bigint;
}

export interface CopyOptions {
  readonly namespace: string;
  /**
   * How many appends are under way at once. Default 1: what comes after an append that the target refuses for a while, and
   * that is repeated, would overtake it. More are right only where the target writes those of one turn together, in order.
   */
  readonly appendsAtOnce?: number;
  readonly onProgress?: (progress: CopyProgress) => void;
  /** Counts between appends; what was copied stays, and a second call goes on after it. */
  readonly signal?: AbortSignal;
}

/** What a copy came to. */
export interface Copied {
  /** Events of the namespace that the target has now. */
  readonly events: number;
  /** Those that it did not have before. */
  readonly copied: number;
}

/**
 * Copies the log of a namespace into another store, up to what is there when it is read: ids, types, data, metadata,
 * revisions, and the order over all streams.
 *
 * The target may have the beginning already, so a copy that stopped anywhere goes on. The events of one command stay one
 * append.
 *
 * @throws CommandLineError where the target has anything else in the namespace, or did not keep the order; and what the stores throw
 */
export const copyLog = async (from: EventStore, to: EventStore, options: CopyOptions): Promise<Copied> => {
  const { namespace, appendsAtOnce = 1, onProgress, signal } = options;
  const beginning = await findBeginning(from, to, options);
  let { events, position } = beginning;
  let lastWritten = -1n;
  const write = async (window: readonly (readonly RecordedEvent[])[]): Promise<void> => {
    signal?.throwIfAborted();
    lastWritten = await appendInOrder(to, window, lastWritten);
    events += window.reduce((sum, appended) => sum + appended.length, 0);
    position = window.at(-1)?.at(-1)?.position ?? position;
    onProgress?.({ events, position });
  };
  let window: RecordedEvent[][] = [];
  let text = 0;
  for await (const batch of from.readAll({ after: position, streamPrefix: streamPrefixOf(namespace) })) {
    for (const event of batch) {
      const command = window.at(-1);
      if (command !== undefined && isNextPart(command.at(-1), event)) command.push(event);
      else {
        if (window.length === appendsAtOnce || text >= mostText) {
          await write(window);
          window = [];
          text = 0;
        }
        window.push([event]);
      }
      text += JSON.stringify(event.data).length + JSON.stringify(event.metadata).length;
    }
  }
  if (window.length > 0) await write(window);
  return { events, copied: events - beginning.events };
};

/** What the target has of the namespace must be how the source begins. @throws CommandLineError */
const findBeginning = async (
  from: EventStore,
  to: EventStore,
  { namespace, onProgress, signal }: CopyOptions,
): Promise<CopyProgress> => {
  let [events, position] = [0, -1n];
  for await (const pairs of sideBySide(from, to, namespace, signal)) {
    events += pairs.length;
    position = pairs.at(-1)?.[0].position ?? position;
    onProgress?.({ events, position });
  }
  return { events, position };
};

/** Whether an event goes on with the command of the one before it. */
const isNextPart = (before: RecordedEvent | undefined, event: RecordedEvent): boolean => {
  const [one, other] = [metadataOf(before), metadataOf(event)];
  if (one.part === undefined || other.part === undefined) return false;
  const isSameCommand = before?.streamName === event.streamName && one.commandId === other.commandId;
  return isSameCommand && other.part[0] === one.part[0] + 1;
};

/** Events of other versions have some too. */
const metadataOf = (event: RecordedEvent | undefined): Partial<EventMetadata> => event?.metadata ?? {};

/** Appends, all in one turn. @returns the position of the last */
const appendInOrder = async (
  to: EventStore,
  window: readonly (readonly RecordedEvent[])[],
  after: bigint,
): Promise<bigint> => {
  const appends = window.map((events) => append(to, events));
  await Promise.allSettled(appends); // nothing goes on when the copy has ended
  let last = after;
  for (const { position } of await Promise.all(appends)) {
    if (position <= last) throw new CommandLineError('The target did not keep the order. Copy into an empty one.', 1);
    last = position;
  }
  return last;
};

const append = (to: EventStore, events: readonly RecordedEvent[]): ReturnType<EventStore['appendToStream']> => {
  const { streamName, revision } = events[0]!;
  return to.appendToStream(
    streamName,
    events.map(({ id, type, data, metadata }) => ({ id, type, data, metadata })),
    { expectedRevision: revision === 0n ? 'no_stream' : revision - 1n },
  );
};
