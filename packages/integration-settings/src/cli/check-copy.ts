import type { Catalog, EventStore } from '@integration-settings/domain';
import { EffectiveSettingsView } from '@integration-settings/projections';
import { CommandLineError } from './command-line-error.ts';
import type { CopyProgress } from './copy-log.ts';
import { sideBySide } from './side-by-side.ts';
import { digestOf, firstDifference } from './view-facts.ts';

export interface CheckOptions {
  readonly namespace: string;
  readonly catalog: Catalog;
  /** How many events the target is to have. */
  readonly expected: number;
  readonly onProgress?: (progress: CopyProgress) => void;
}

/** What both stores hold. */
export interface Checked {
  readonly events: number;
  /** Removed ones too. */
  readonly scopes: number;
  /** Of all that the view says; the same for every store with the same log and catalog. */
  readonly digest: string;
}

/**
 * Reads both logs from the beginning to where the target ends, and compares every event, and then what the two views say of
 * every scope and integration.
 *
 * @throws CommandLineError naming the first difference; StoreNewer and StoreCorrupted where this version cannot read the log
 */
export const checkCopy = async (from: EventStore, to: EventStore, options: CheckOptions): Promise<Checked> => {
  const { namespace, catalog, expected, onProgress } = options;
  const views = [new EffectiveSettingsView(namespace, catalog), new EffectiveSettingsView(namespace, catalog)] as const;
  let events = 0;
  for await (const pairs of sideBySide(from, to, namespace)) {
    for (const [source, target] of pairs) {
      views[0].apply(source);
      views[1].apply(target);
    }
    events += pairs.length;
    onProgress?.({ events, position: pairs.at(-1)?.[0].position ?? -1n });
  }
  if (events !== expected) throw new CommandLineError(`The target has ${events} events, expected ${expected}.`, 1);
  const [digest, other] = [digestOf(views[0]), digestOf(views[1])];
  if (digest !== other) {
    throw new CommandLineError(`The views of the two stores differ in ${firstDifference(...views)}.`, 1);
  }
  return { events, scopes: views[0].tree.size - 1, digest };
};
