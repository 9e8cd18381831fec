import { randomUUID } from 'node:crypto';
import type { ReadModelKey, SavedReadModel } from '@integration-settings/domain';

/** Of a projection that nobody else has. */
export const someKey = (): ReadModelKey => ({ namespace: 'test', name: `projection-${randomUUID()}`, version: 1 });

export const saved = (generation: number, checkpoint: bigint, state: unknown = {}): SavedReadModel => ({
  generation,
  checkpoint,
  state,
});
