/** Which snapshot it is: whose state, made by which version of the fold, after which event. Two of the same header are the same. */
export interface SnapshotHeader {
  /** A namespace: `[a-z][a-zA-Z0-9]{0,31}`. */
  readonly name: string;
  /** Of the fold and of the pages' format, from 1. */
  readonly version: number;
  /** Of the last event that is in it, from `0n`. */
  readonly position: bigint;
  /** Of the event at that position, a UUID in lower case: another log has another event there. */
  readonly eventId: string;
}

/**
 * Keeps snapshots of states that grew from a log, so that opening need not fold all of it again. What is in the pages is the
 * caller's business; that they come back as they were written, or not at all, is the store's.
 *
 * Nothing depends on a snapshot: whoever cannot read one takes an older one, or the log. Several processes may share a store.
 * A header that is none is refused with a `TypeError`; after `close` every call throws `Closed`.
 */
export interface SnapshotStore {
  /** The snapshots of a name that are there whole, the one at the highest position first. Does not look into them. */
  list(name: string): Promise<readonly SnapshotHeader[]>;
  /**
   * The pages as they were written, in their order. A page was checked, with all before it, when it is handed out, so that only the
   * end is missing where reading throws. Its bytes stay as they are until the next page is asked for, and no longer: the next one
   * may use the same memory.
   *
   * @throws StoreCorrupted where anything is not as it was written, StoreNewer, StoreUnavailable also where it is not there
   */
  read(header: SnapshotHeader): AsyncIterable<Uint8Array>;
  /**
   * Writes a snapshot, in the place of one with the same header. It is there once all of it is durable, and never in part: where
   * the pages end with an error, the signal is aborted (looked at before each page), the disk is full or the process dies,
   * everything stays as it was.
   *
   * @param pages - each is read before the next one is asked for
   * @throws StoreUnavailable, what the pages threw, or the reason of the signal
   */
  write(
    header: SnapshotHeader,
    pages: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<void>;
  /** Twice is once. @throws StoreUnavailable */
  delete(header: SnapshotHeader): Promise<void>;
  /** Waits for what is being written. */
  close(): Promise<void>;
}
