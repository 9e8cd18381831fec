import { type EventStore, type ReadModel, type ReadModelRebuild, streamPrefixOf } from '@integration-settings/domain';
import type { RebuildReport } from '../read-model.ts';
import { Feed, ProgressMeter, type ReadModelProgress } from './feed.ts';

export interface RebuildOptions {
  readonly eventStore: EventStore;
  /** Told after each batch that was saved. */
  readonly onProgress?: ((progress: ReadModelProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds a read model anew beside the one that holds, compares the two where both have the same events, and puts the new one
 * in its place in one step; until then everybody reads the old one, and those who follow the log go on with it.
 *
 * One that is broken off, by a kill too, leaves the old one as it is; the next one goes on where it ended.
 *
 * @returns what it took, and in what the old one differed
 * @throws RebuildInProgress where somebody else rebuilds it; the reason of an aborted signal; what `runReadModel` throws
 */
export const rebuildReadModel = async (
  options: RebuildOptions & { readonly readModel: ReadModel },
): Promise<RebuildReport> => {
  const { readModel, signal } = options;
  signal?.throwIfAborted();
  const meter = new ProgressMeter(options.onProgress);
  const rebuild = await readModel.rebuild();
  try {
    for (;;) {
      const holding = await rebuild.holding();
      await readUpTo(holding, new Feed(rebuild, meter), options);
      signal?.throwIfAborted();
      const differences = holding === rebuild.checkpoint ? await compareAt(holding, rebuild) : [];
      if (differences === undefined || !(await rebuild.promote())) continue;
      const milliseconds = Math.round(meter.milliseconds);
      return Object.freeze({ events: meter.events, position: rebuild.checkpoint, milliseconds, differences });
    }
  } finally {
    await rebuild.release();
  }
};

/** Up to where the one that holds is, or, where none does, to the end of the log. */
const readUpTo = async (
  position: bigint | undefined,
  feed: Feed,
  { eventStore, readModel, signal }: RebuildOptions & { readonly readModel: ReadModel },
): Promise<void> => {
  const range = {
    after: feed.generation.checkpoint,
    streamPrefix: streamPrefixOf(readModel.namespace),
    ...(position === undefined ? {} : { before: position + 1n }),
    ...(signal === undefined ? {} : { signal }),
  };
  for await (const events of eventStore.readAll(range)) await feed.take(events);
};

/** @returns `undefined` where the one that holds has gone on meanwhile */
const compareAt = async (position: bigint, rebuild: ReadModelRebuild): Promise<readonly string[] | undefined> => {
  const differences = await rebuild.compare();
  return (await rebuild.holding()) === position ? differences : undefined;
};
