import type { ReadModel } from '@integration-settings/domain';
import type { RebuildReport } from '../read-model.ts';
import { buildBeside, compareBeside, type RebuildOptions } from './build-beside.ts';
import { ProgressMeter } from './progress-meter.ts';

/**
 * Builds a read model anew beside the one that holds, compares the two where both have the same events, and puts the new one
 * in its place in one step; until then everybody reads the old one, and those who follow the log go on with it.
 *
 * One that is broken off, by a kill too, leaves the old one as it is; the next one goes on where it ended.
 *
 * @returns what it took, and in what the old one differed
 * @throws RebuildInProgress where somebody else rebuilds it; StoreCorrupted where it was made of another log; the reason of an
 * aborted signal; what `runReadModel` throws
 */
export const rebuildReadModel = async (
  options: RebuildOptions & { readonly readModel: ReadModel },
): Promise<RebuildReport> => {
  const { readModel, signal } = options;
  signal?.throwIfAborted();
  const meter = new ProgressMeter(options.onProgress);
  const rebuild = await readModel.rebuild();
  try {
    const differences = await compareBeside(rebuild, meter, options);
    while (!(await rebuild.promote())) await buildBeside(rebuild, meter, options);
    const milliseconds = Math.round(meter.milliseconds);
    return Object.freeze({ events: meter.events, position: rebuild.checkpoint, milliseconds, differences });
  } finally {
    await rebuild.release();
  }
};
