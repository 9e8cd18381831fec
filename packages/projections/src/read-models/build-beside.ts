import {
  type EventStore,
  type ReadModel,
  type ReadModelRebuild,
  StoreCorrupted,
  streamPrefixOf,
} from '@integration-settings/domain';
import { Feed } from './feed.ts';
import type { ProgressMeter, ReadModelProgress } from './progress-meter.ts';

export interface RebuildOptions {
  readonly eventStore: EventStore;
  /** Told after each batch that was saved; how many there will be is an estimate, by positions, until the end. */
  readonly onProgress?: ((progress: ReadModelProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds a generation to where the one that holds is, or, where none does, to the end of the log.
 *
 * @returns whether one holds that has the same events, as far as it has not gone on meanwhile
 * @throws StoreCorrupted where the one that holds was made of another log; the reason of an aborted signal
 */
export const buildBeside = async (
  rebuild: ReadModelRebuild,
  meter: ProgressMeter,
  { eventStore, readModel, signal }: RebuildOptions & { readonly readModel: ReadModel },
): Promise<boolean> => {
  const streamPrefix = streamPrefixOf(readModel.namespace);
  const holding = await rebuild.holding();
  const after = rebuild.checkpoint;
  const range = { after, streamPrefix, ...(holding === undefined ? {} : { before: holding + 1n }) };
  meter.expect(after, holding ?? (await headOf(eventStore, streamPrefix)));
  const feed = new Feed(rebuild, meter);
  for await (const events of eventStore.readAll(signal === undefined ? range : { ...range, signal })) {
    await feed.take(events);
  }
  signal?.throwIfAborted();
  if (holding !== undefined && holding > rebuild.checkpoint) {
    throw new StoreCorrupted(
      `The read model is at position ${holding}, but the log of "${readModel.namespace}" ends at ${rebuild.checkpoint}: it was made of another log.`,
    );
  }
  return holding === rebuild.checkpoint;
};

/**
 * Builds a generation to where the one that holds is, and compares the two at that moment.
 *
 * @returns in what the one that holds differs, as far as there is one of the same events
 * @throws as `buildBeside`
 */
export const compareBeside = async (
  rebuild: ReadModelRebuild,
  meter: ProgressMeter,
  options: RebuildOptions & { readonly readModel: ReadModel },
): Promise<readonly string[]> => {
  while (await buildBeside(rebuild, meter, options)) {
    const differences = await rebuild.compare();
    options.signal?.throwIfAborted();
    if (differences !== undefined) return differences;
  }
  return [];
};

const headOf = async (eventStore: EventStore, streamPrefix: string): Promise<bigint> => {
  const range = { direction: 'backwards', maxCount: 1, streamPrefix } as const;
  for await (const [last] of eventStore.readAll(range)) if (last !== undefined) return last.position;
  return -1n;
};
