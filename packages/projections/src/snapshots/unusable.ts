import { isStoreCorrupted } from '@integration-settings/domain';

/** A snapshot is of another log than the one at hand. */
export class AnotherLog extends Error {}

/** Whether what kept a snapshot from being used will be so for ever: damage, or another log. Anything else may pass. */
export const isBeyondUse = (error: unknown): boolean =>
  isStoreCorrupted(error) || error instanceof AnotherLog || error instanceof RangeError || error instanceof TypeError;
