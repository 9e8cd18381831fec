import type { ReadModel, ReadModelRebuild } from '@integration-settings/domain';
import { compareBeside, type RebuildOptions } from './build-beside.ts';
import { ProgressMeter } from './progress-meter.ts';

/** Whether a read model is what its log says. */
export interface ReadModelVerification {
  /** Nothing differs. */
  readonly ok: boolean;
  /** That were read; fewer where one that was broken off goes on. */
  readonly events: number;
  /** How far the read model is: what came later is not looked at. */
  readonly position: bigint;
  /** By integration and group, or by path where it is a projection of one's own; bounded in number. */
  readonly differences: readonly string[];
}

/**
 * Compares a read model with what its log says, and changes nothing of what it holds: one is built beside it, as for a
 * rebuild, and forgotten. What was broken off, by a kill too, goes on the next time, or serves the next rebuild.
 *
 * @throws what `rebuildReadModel` throws
 */
export const verifyReadModel = async (
  options: RebuildOptions & { readonly readModel: ReadModel },
): Promise<ReadModelVerification> => {
  const { readModel, signal } = options;
  signal?.throwIfAborted();
  const meter = new ProgressMeter(options.onProgress);
  const rebuild = await comparable(readModel);
  try {
    if ((await rebuild.holding()) === undefined) {
      if (rebuild.checkpoint === -1n) await rebuild.discard();
      return reportOf(0, -1n, [nothingHolds]);
    }
    const differences = await compareBeside(rebuild, meter, options);
    await rebuild.discard();
    return reportOf(meter.events, rebuild.checkpoint, differences);
  } finally {
    await rebuild.release();
  }
};

const nothingHolds = 'nothing was built yet, or for another catalog or release: rebuild it';

/** What was broken off may be ahead of what holds: then another is begun. */
const comparable = async (readModel: ReadModel): Promise<ReadModelRebuild> => {
  const rebuild = await readModel.rebuild();
  const holding = await rebuild.holding();
  if (holding === undefined || holding >= rebuild.checkpoint) return rebuild;
  await rebuild.discard();
  await rebuild.release();
  return readModel.rebuild();
};

const reportOf = (events: number, position: bigint, differences: readonly string[]): ReadModelVerification =>
  Object.freeze({ ok: differences.length === 0, events, position, differences });
