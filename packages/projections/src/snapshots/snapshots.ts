import type { Catalog, EventStore, SnapshotHeader, SnapshotStore } from '@integration-settings/domain';
import { EffectiveSettingsView } from '../effective-settings/view.ts';
import type { LastEvent } from '../effective-settings/view-image.ts';
import { foldVersion } from './format.ts';
import { ImageReader } from './read-image.ts';
import { worthKeeping } from './retention.ts';
import { AnotherLog, isBeyondUse } from './unusable.ts';
import { writeImage } from './write-image.ts';

/** How long closing waits for a snapshot, and then for the store, in milliseconds. */
export const closeWithin = 30_000;

/** Told of what went wrong with snapshots: nothing else suffers from it. */
export type Warn = (message: string, details: Readonly<Record<string, unknown>>) => void;

export interface SnapshotsOptions {
  readonly store: SnapshotStore;
  /** The log that the snapshots are of. */
  readonly eventStore: EventStore;
  readonly namespace: string;
  readonly catalog: Catalog;
  readonly warn: Warn;
}

/**
 * The snapshots of a namespace's view. Whatever is wrong with one of them leads to a warning, never to an error: what it would have
 * saved is folded again.
 */
export class Snapshots {
  readonly #options: SnapshotsOptions;
  /** Those that were warned of, by what tells them apart. */
  readonly #passedOver = new Map<string, { readonly header: SnapshotHeader; readonly isBeyondUse: boolean }>();

  constructor(options: SnapshotsOptions) {
    this.#options = options;
  }

  /**
   * The view as the newest usable snapshot has it, with today's catalog.
   *
   * @param upTo - of those at or before this position; of all, if absent
   * @returns `undefined` where there is none
   * @throws only the reason of an aborted signal
   */
  async restore(upTo?: bigint, signal?: AbortSignal): Promise<EffectiveSettingsView | undefined> {
    for (const header of await this.#usable(upTo)) {
      try {
        return await this.#restore(header, signal);
      } catch (error) {
        signal?.throwIfAborted();
        this.#passOver(header, error);
      }
    }
    return undefined;
  }

  /**
   * Writes a snapshot of a view as it is at one moment after the call, and deletes those that are no longer worth keeping. Where it
   * is there already, of another process or an earlier time, it is not written again.
   *
   * @param signal - ends waiting for the store, whether or not that looks at it
   * @param renew - whether it is written again all the same, and all others deleted
   */
  async write(view: EffectiveSettingsView, signal: AbortSignal, renew = false): Promise<void> {
    try {
      await unlessAborted(this.#writeUnlessThere(view, signal, renew), signal);
    } catch (err) {
      this.#options.warn('A snapshot could not be written; everything else goes on without it.', { err });
    }
  }

  /** Closes the store; where it does not answer in time, with a warning and no further. */
  async close(): Promise<void> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new Error(`It took longer than ${closeWithin} ms.`)), closeWithin);
    try {
      await unlessAborted(this.#options.store.close(), late.signal);
    } catch (err) {
      if (!late.signal.aborted) throw err;
      this.#options.warn('The store of snapshots could not be closed; it is left as it is.', { err });
    } finally {
      clearTimeout(timer);
    }
  }

  async #writeUnlessThere(view: EffectiveSettingsView, signal: AbortSignal, renew: boolean): Promise<void> {
    const { store, namespace } = this.#options;
    const present = renew ? [] : await store.list(namespace);
    const { last } = view;
    if (last === undefined) return;
    const header = { name: namespace, version: foldVersion, position: last.position, eventId: last.id };
    if (!present.some((other) => isSame(other, header)) || this.#passedOver.has(keyOf(header))) {
      await this.#write(header, view, signal);
    }
    await this.#deleteOthers(header, renew);
  }

  async #usable(upTo: bigint | undefined): Promise<readonly SnapshotHeader[]> {
    const { store, namespace, warn } = this.#options;
    try {
      const all = await store.list(namespace);
      const ours = all.filter(({ version }) => version === foldVersion);
      const [other] = all;
      if (other !== undefined && ours.length === 0 && upTo === undefined) {
        const found = [...new Set(all.map(({ version }) => version))];
        warn('The snapshots are of other versions of the fold; the whole log is read.', {
          found,
          expected: foldVersion,
        });
      }
      return ours.filter(
        (header) => (upTo === undefined || header.position <= upTo) && !this.#passedOver.has(keyOf(header)),
      );
    } catch (err) {
      warn('The snapshots cannot be listed; the whole log is read.', { err });
      return [];
    }
  }

  async #restore(header: SnapshotHeader, signal: AbortSignal | undefined): Promise<EffectiveSettingsView> {
    const { store, namespace, catalog } = this.#options;
    const reader = new ImageReader();
    let isOurs = false;
    for await (const page of store.read(header)) {
      signal?.throwIfAborted();
      reader.take(page);
      if (isOurs) continue;
      await this.#requireOurs(header, reader.last);
      isOurs = true;
    }
    return EffectiveSettingsView.restored(namespace, catalog, reader.image);
  }

  /** The log has the last event of a snapshot where the snapshot says it is. */
  async #requireOurs({ position, eventId }: SnapshotHeader, last: LastEvent): Promise<void> {
    if (last.position !== position || last.id !== eventId)
      throw new RangeError('Its content belongs to another header.');
    const range = { from: last.revision, maxCount: 1 };
    for await (const [event] of this.#options.eventStore.readStream(last.streamName, range)) {
      if (event?.id === eventId && event.position === position) return;
      throw new AnotherLog(`The log has another event at revision ${last.revision} of "${last.streamName}".`);
    }
    throw new Error(`The log has no event at revision ${last.revision} of "${last.streamName}", or not yet.`);
  }

  #passOver(header: SnapshotHeader, err: unknown): void {
    const { name, version, position, eventId } = header;
    this.#passedOver.set(keyOf(header), { header, isBeyondUse: isBeyondUse(err) });
    this.#options.warn('A snapshot is passed over; an older one, or the log, is read in its place.', {
      err,
      snapshot: { name, version, position: position.toString(), eventId },
    });
  }

  async #write(header: SnapshotHeader, view: EffectiveSettingsView, signal: AbortSignal): Promise<void> {
    const image = view.freeze();
    try {
      await this.#options.store.write(header, inTurns(writeImage(image)), { signal });
      this.#passedOver.delete(keyOf(header));
    } finally {
      image.release();
    }
  }

  /** What is left: those of this version at doubling distances, and what other processes may have written since, or are newer. */
  async #deleteOthers(written: SnapshotHeader, all: boolean): Promise<void> {
    const { store, namespace } = this.#options;
    const present = await store.list(namespace);
    const useless = [...this.#passedOver.values()].filter(({ isBeyondUse }) => isBeyondUse).map(({ header }) => header);
    const isUseless = (header: SnapshotHeader): boolean => useless.some((other) => isSame(header, other));
    const ours = present.filter(
      (header) => header.version === foldVersion && header.position <= written.position && !isUseless(header),
    );
    const kept = new Set(all ? ours.filter((header) => isSame(header, written)) : worthKeeping(ours));
    const isOlder = (header: SnapshotHeader): boolean => header.version < foldVersion;
    for (const header of present) {
      if (isOlder(header) || isUseless(header) || (ours.includes(header) && !kept.has(header)))
        await store.delete(header);
    }
  }
}

/** Lets everything else have its turn before each page. */
async function* inTurns(pages: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const page of pages) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    yield page;
  }
}

/** @throws the signal's reason, also where the work never ends */
const unlessAborted = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};

const keyOf = ({ version, position, eventId }: SnapshotHeader): string => `${version} ${position} ${eventId}`;

const isSame = (one: SnapshotHeader, other: SnapshotHeader): boolean => keyOf(one) === keyOf(other);
