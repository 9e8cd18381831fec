import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Closed, type SnapshotHeader, type SnapshotStore, StoreUnavailable } from '@integration-settings/domain';
import { isSystemError, syncDirectory } from '../keyring/durable-file.ts';
import { toStoreError } from '../sqlite/map-error.ts';
import { fileNameOf, headerOf } from './file-name.ts';
import { checkHeader, checkName, describeHeader, newestFirst } from './header.ts';
import { readSnapshot, writeSnapshot } from './snapshot-file.ts';

/** A file that nobody has written to for this long, in milliseconds, is what a killed process left behind. */
const abandonedAfter = 600_000;
const unfinished = /\.snapshot\.[0-9a-f-]{36}\.tmp$/;

/**
 * Opens a store that keeps each snapshot in a file of its own in a folder, which is made where it is missing, for its owner
 * only. Other files in the folder are left alone.
 *
 * A snapshot is written beside its place and put there when it is durable. What a killed process left unfinished is removed on
 * opening and with each write, ten minutes after its last byte.
 *
 * @throws StoreUnavailable where the folder cannot be made or read
 */
export const openFileSnapshotStore = async (options: { readonly folder: string }): Promise<SnapshotStore> => {
  const folder = resolve(options.folder);
  const store = new FileSnapshotStore(folder);
  await store.prepare();
  return store;
};

class FileSnapshotStore implements SnapshotStore {
  readonly #folder: string;
  readonly #writing = new Set<Promise<void>>();
  #isClosed = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  prepare(): Promise<void> {
    return this.#run(async () => {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await this.#removeAbandoned();
    });
  }

  list(name: string): Promise<readonly SnapshotHeader[]> {
    return this.#run(async () => {
      checkName(name);
      const headers = (await readdir(this.#folder)).map(headerOf).filter((header) => header !== undefined);
      return headers.filter((header) => header.name === name).sort(newestFirst);
    });
  }

  async *read(header: SnapshotHeader): AsyncIterable<Uint8Array> {
    this.#checkOpen();
    checkHeader(header);
    const path = this.#pathOf(header);
    try {
      const file = await open(path, 'r');
      try {
        yield* readSnapshot(file, header, path);
      } finally {
        await file.close();
      }
    } catch (error) {
      if (!isSystemError(error, 'ENOENT')) throw toStoreError(error, path);
      throw new StoreUnavailable(`There is no ${describeHeader(header)} in "${this.#folder}".`, { cause: error });
    }
  }

  write(
    header: SnapshotHeader,
    pages: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    return this.#run(async () => {
      checkHeader(header);
      const writing = this.#write(header, pages, options.signal);
      this.#writing.add(writing);
      try {
        await writing;
      } finally {
        this.#writing.delete(writing);
      }
    });
  }

  delete(header: SnapshotHeader): Promise<void> {
    return this.#run(async () => {
      checkHeader(header);
      await rm(this.#pathOf(header), { force: true });
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#writing);
  }

  async #write(
    header: SnapshotHeader,
    pages: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    await this.#removeAbandoned();
    const path = this.#pathOf(header);
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        await writeSnapshot(file, header, pages, signal);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await syncDirectory(this.#folder);
  }

  async #removeAbandoned(): Promise<void> {
    const before = Date.now() - abandonedAfter;
    for (const name of await readdir(this.#folder)) {
      if (!unfinished.test(name)) continue;
      const path = join(this.#folder, name);
      const { mtimeMs } = await stat(path).catch(goneMeanwhile);
      if (mtimeMs < before) await rm(path, { force: true });
    }
  }

  #pathOf(header: SnapshotHeader): string {
    return join(this.#folder, fileNameOf(header));
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    this.#checkOpen();
    try {
      return await work();
    } catch (error) {
      throw toStoreError(error, this.#folder);
    }
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new Closed('The file snapshot store');
  }
}

const goneMeanwhile = (error: unknown): { readonly mtimeMs: number } => {
  if (isSystemError(error, 'ENOENT')) return { mtimeMs: Infinity };
  throw error;
};
