import type { Events } from '@integration-settings/domain';
import type { RebuildReport } from '../read-model.ts';
import { type ProjectionOptions, projectionReadModel } from './projection-read-model.ts';
import type { RebuildOptions } from './build-beside.ts';
import { rebuildReadModel } from './rebuild-read-model.ts';
import { runReadModel, type RunOptions } from './run-read-model.ts';
import { type ReadModelVerification, verifyReadModel } from './verify-read-model.ts';

/** Brings the saved state of a projection up to date and keeps it so, as `runReadModel` does for read models in general. */
export const runProjection = <State extends object, Type extends keyof Events>(
  options: ProjectionOptions<State, Type> & RunOptions,
): Promise<bigint> => runReadModel({ ...options, readModel: projectionReadModel(options) });

/** Builds the saved state of a projection anew beside the one that holds, as `rebuildReadModel` does for read models in general. */
export const rebuildProjection = <State extends object, Type extends keyof Events>(
  options: ProjectionOptions<State, Type> & RebuildOptions,
): Promise<RebuildReport> => rebuildReadModel({ ...options, readModel: projectionReadModel(options) });

/** Compares the saved state of a projection with what its log says, as `verifyReadModel` does for read models in general. */
export const verifyProjection = <State extends object, Type extends keyof Events>(
  options: ProjectionOptions<State, Type> & RebuildOptions,
): Promise<ReadModelVerification> => verifyReadModel({ ...options, readModel: projectionReadModel(options) });
