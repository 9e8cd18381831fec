import type { CompiledDefinition } from '@integration-settings/domain';
import type { ReadEvent } from '../effective-settings/read-event.ts';
import type { CausedBy } from '../read-model.ts';
import { maskedEvent } from './masked-event.ts';

/**
 * Who did something, when and why, with the event itself, secrets masked.
 *
 * @param compiled - of the integration that the event is about; `undefined` where the catalog does not have it, or there is none
 */
export const causedBy = ({ cause, recorded }: ReadEvent, compiled: CompiledDefinition | undefined): CausedBy => ({
  position: cause.position,
  at: cause.at,
  actor: cause.actor,
  reason: cause.reason,
  cause: maskedEvent(recorded, compiled),
});
