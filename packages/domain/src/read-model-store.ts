/** Whose state it is. Another version of a projection has a state of its own, beside the old one. */
export interface ReadModelKey {
  readonly namespace: string;
  /** Of the projection. */
  readonly name: string;
  /** Of the projection. */
  readonly version: number;
}

/** A projection's state and how much of the log is in it: saved in one step, so that neither is ever without the other. */
export interface SavedReadModel {
  /** How often it had been rebuilt, from 1. */
  readonly generation: number;
  /** Of the last event that is in the state; `-1n` before the first. */
  readonly checkpoint: bigint;
  /** Plain JSON. */
  readonly state: unknown;
}

/** The state that holds, and one that is being built to take its place. */
export type ReadModelSlot = 'current' | 'next';

/**
 * Keeps the states of projections. Several processes may share one; everything is durable before it resolves, where the
 * store is.
 *
 * After `close` every call throws `Closed`.
 */
export interface ReadModelStore {
  /** What is saved; `undefined` where nothing is. Frozen, and nobody else's. */
  load(key: ReadModelKey, slot: ReadModelSlot): Promise<SavedReadModel | undefined>;
  /**
   * Saves state and checkpoint in one step. What is behind the checkpoint that is there changes nothing, and is not refused.
   *
   * @returns false where the slot holds another generation: nothing was saved
   */
  save(key: ReadModelKey, slot: ReadModelSlot, saved: SavedReadModel): Promise<boolean>;
  /**
   * Puts what was built in the place of what holds, in one step; until then the old one holds.
   *
   * @returns false where what holds has gone further than what was built: nothing has changed
   */
  promote(key: ReadModelKey): Promise<boolean>;
  /** Forgets what is being built. */
  discard(key: ReadModelKey): Promise<void>;
  /**
   * Makes the caller the only one who builds, until it is released or its process ends.
   *
   * @returns what releases it
   * @throws RebuildInProgress
   */
  claim(key: ReadModelKey): Promise<() => Promise<void>>;
  close(): Promise<void>;
}
