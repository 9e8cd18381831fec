import type { RecordedEvent } from '@integration-settings/domain';
import type { CommandShard } from './command-index.ts';
import type { OwnEntry } from './own-index.ts';
import type { RecentEvent } from './recent-events.ts';
import type { TimesImage } from './time-index.ts';
import type { TreeImage } from './tree.ts';

/** Which event was the last, and where it stands in the log. */
export type LastEvent = Pick<RecordedEvent, 'id' | 'streamName' | 'revision' | 'position'>;

/** An event that met another state than it was decided on, with what became of it. */
export interface Superseded {
  readonly event: RecordedEvent;
  readonly became: string;
}

/**
 * Everything that is in a view at one moment, and nothing that follows from it or from the catalog. What grows with the log or the
 * tree may be gone through once only.
 */
export interface ViewImage {
  /** Of all events that were handed over, in effect or waiting for the rest of its command. */
  readonly last: LastEvent;
  /** Of the last event that took effect. */
  readonly position: bigint;
  /** How many took effect. */
  readonly events: number;
  readonly tree: TreeImage;
  /** The integrations that the log has, in the order in which it brought them up. */
  readonly slugs: readonly string[];
  /** For each of them the own settings, in the order in which they came. */
  readonly own: readonly Iterable<readonly [number: number, entry: OwnEntry]>[];
  readonly commands: readonly CommandShard[];
  /** Oldest first. */
  readonly recent: readonly RecentEvent[];
  readonly times: TimesImage;
  readonly superseded: Iterable<Superseded>;
  /** Events held back, those of each command in their order. */
  readonly begun: readonly RecordedEvent[];
  /** How far streams have come whose scope was never registered. */
  readonly early: readonly (readonly [streamName: string, revision: bigint])[];
}

/** An image of a view that goes on. Until it is released the view keeps for it what it changes. */
export interface FrozenView extends ViewImage {
  release(): void;
}
