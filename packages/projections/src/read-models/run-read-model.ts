import { type EventStore, type ReadModel, streamPrefixOf } from '@integration-settings/domain';
import { Feed } from './feed.ts';
import { ProgressMeter, type ReadModelProgress } from './progress-meter.ts';
import { rebuildReadModel } from './rebuild-read-model.ts';

export interface RunOptions {
  readonly eventStore: EventStore;
  /** False: ends when all that was in the log is taken. Absent: goes on with what is appended later. */
  readonly follow?: boolean | undefined;
  /** Told after each step that was saved. */
  readonly onProgress?: ((progress: ReadModelProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Brings a read model up to date, in batches that are saved with their checkpoint in one step, and keeps it so. It can be
 * stopped anywhere, killed as well: the next run goes on from the checkpoint. One that was made for another catalog or
 * release is rebuilt first.
 *
 * An aborted signal ends following without an error, as it ends a subscription; with `follow: false`, and while it
 * rebuilds, its reason is thrown.
 *
 * @returns the checkpoint, once the run has ended
 * @throws StoreNewer, StoreCorrupted for an event that this release cannot read: what comes before it is taken
 * @throws ProjectionFailed where the fold throws: nothing of its batch is saved
 * @throws OutOfRange when it is to follow a log that ends before the checkpoint, which was made of another log
 * @throws RebuildInProgress where it must be rebuilt and somebody else does so
 */
export const runReadModel = async (options: RunOptions & { readonly readModel: ReadModel }): Promise<bigint> => {
  const { readModel, follow = true, signal, onProgress } = options;
  const meter = new ProgressMeter(onProgress);
  for (;;) {
    if (!follow) signal?.throwIfAborted();
    const generation = await readModel.open();
    if (generation === undefined) {
      await rebuildReadModel(options);
      continue;
    }
    if (signal?.aborted === true) return generation.checkpoint;
    const feed = new Feed(generation, meter);
    if (await (follow ? followLog(feed, options) : readLog(feed, options))) return generation.checkpoint;
  }
};

/** @returns false where another generation holds by now */
const readLog = async (feed: Feed, { eventStore, readModel, signal }: FeedOptions): Promise<boolean> => {
  const range = { after: feed.generation.checkpoint, streamPrefix: streamPrefixOf(readModel.namespace) };
  for await (const events of eventStore.readAll(signal === undefined ? range : { ...range, signal })) {
    if (!(await feed.take(events))) return false;
  }
  return true;
};

/** @returns false where another generation holds by now, true where the signal has ended it */
const followLog = async (feed: Feed, { eventStore, readModel, signal }: FeedOptions): Promise<boolean> => {
  const from = { after: feed.generation.checkpoint, streamPrefix: streamPrefixOf(readModel.namespace) };
  for await (const message of eventStore.subscribeToAll(signal === undefined ? from : { ...from, signal })) {
    if (message.kind === 'events' && !(await feed.take(message.events))) return false;
  }
  return true;
};

type FeedOptions = RunOptions & { readonly readModel: ReadModel };
