import type { SettingsEventBody, StructureEventBody } from './events.ts';
import type { RecordedEvent } from './message.ts';
import type { ScopeRef } from './scope.ts';
import type { Cause } from './settings/state.ts';

/** One of our events, checked, once all events of its command are there. */
export type EffectiveEvent = { readonly recorded: RecordedEvent; readonly cause: Cause } & (
  | {
      readonly kind: 'settings';
      readonly scope: ScopeRef;
      readonly integration: string;
      readonly body: SettingsEventBody;
    }
  | { readonly kind: 'structure'; readonly scope: Exclude<ScopeRef, 'instance'>; readonly body: StructureEventBody }
  /** Changes no settings and no scopes. */
  | { readonly kind: 'optional' }
);

/** What a read model holds, and how much of the log is in it. */
export interface ReadModelGeneration {
  /** Of the last event that is in it; `-1n` before the first. */
  readonly checkpoint: bigint;
  /**
   * Takes events in the order of their effect, and moves the checkpoint, in one step: all of it or nothing.
   *
   * @param checkpoint - no event at or below it is missing
   * @returns false where another generation holds by now: nothing was taken, open the read model again
   * @throws ProjectionFailed where its fold throws
   */
  apply(events: readonly EffectiveEvent[], checkpoint: bigint): Promise<boolean>;
}

/** A generation that is being built beside the one that holds. */
export interface ReadModelRebuild extends ReadModelGeneration {
  /** How far the one that holds is; `undefined` where there is none to compare with. */
  holding(): Promise<bigint | undefined>;
  /**
   * Compares it with the one that holds, as both are at one moment; others may go on with that meanwhile.
   *
   * @returns in what the one that holds differs, for people and bounded in number; `undefined` where there is none or it has
   * other events
   */
  compare(): Promise<readonly string[] | undefined>;
  /**
   * Puts it in the place of the one that holds, in one step; until then the old one holds.
   *
   * @returns false where the one that holds has gone further: nothing has changed
   */
  promote(): Promise<boolean>;
  /** Forgets what was built. */
  discard(): Promise<void>;
  /** Lets others build. What was built so far is kept, to go on from. */
  release(): Promise<void>;
}

/** What is made of a log and kept by itself: a follower brings it up to date, and it can be built anew beside the old one. */
export interface ReadModel {
  /** Whose log it is made of. */
  readonly namespace: string;
  /** What holds, empty at first; `undefined` where what holds was made for another catalog or release: rebuild it. */
  open(): Promise<ReadModelGeneration | undefined>;
  /**
   * Begins a generation, or goes on with one whose building was broken off.
   *
   * @throws RebuildInProgress where somebody else builds
   */
  rebuild(): Promise<ReadModelRebuild>;
  close(): Promise<void>;
}
