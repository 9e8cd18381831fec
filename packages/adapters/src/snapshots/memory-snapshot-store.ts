import { Closed, type SnapshotHeader, type SnapshotStore, StoreUnavailable } from '@integration-settings/domain';
import { checkHeader, checkName, describeHeader, headerText, newestFirst } from './header.ts';

/** Opens an empty store that keeps snapshots in memory: for tests, and for asking about the past often in one process. */
export const openMemorySnapshotStore = (): SnapshotStore => new MemorySnapshotStore();

interface Snapshot {
  readonly header: SnapshotHeader;
  readonly pages: readonly Uint8Array[];
}

class MemorySnapshotStore implements SnapshotStore {
  readonly #snapshots = new Map<string, Snapshot>();
  readonly #writing = new Set<Promise<void>>();
  #isClosed = false;

  async list(name: string): Promise<readonly SnapshotHeader[]> {
    this.#checkOpen();
    checkName(name);
    const headers = [...this.#snapshots.values()].map(({ header }) => header);
    return headers.filter((header) => header.name === name).sort(newestFirst);
  }

  async *read(header: SnapshotHeader): AsyncIterable<Uint8Array> {
    this.#checkOpen();
    checkHeader(header);
    const snapshot = this.#snapshots.get(headerText(header));
    if (snapshot === undefined) throw new StoreUnavailable(`There is no ${describeHeader(header)}.`);
    for (const page of snapshot.pages) yield new Uint8Array(page);
  }

  async write(
    header: SnapshotHeader,
    pages: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    this.#checkOpen();
    checkHeader(header);
    const writing = this.#write(header, pages, options.signal);
    this.#writing.add(writing);
    try {
      await writing;
    } finally {
      this.#writing.delete(writing);
    }
  }

  async delete(header: SnapshotHeader): Promise<void> {
    this.#checkOpen();
    checkHeader(header);
    this.#snapshots.delete(headerText(header));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#writing);
    this.#snapshots.clear();
  }

  async #write(
    header: SnapshotHeader,
    pages: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const kept: Uint8Array[] = [];
    signal?.throwIfAborted();
    for await (const page of pages) {
      signal?.throwIfAborted();
      kept.push(new Uint8Array(page));
    }
    signal?.throwIfAborted();
    const { name, version, position, eventId } = header;
    this.#snapshots.set(headerText(header), { header: { name, version, position, eventId }, pages: kept });
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new Closed('The memory snapshot store');
  }
}
