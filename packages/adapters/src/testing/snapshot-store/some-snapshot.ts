import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { SnapshotHeader, SnapshotStore } from '@integration-settings/domain';

/** A name that no other test uses. */
export const someName = (): string => `test${randomUUID().replaceAll('-', '').slice(0, 20)}`;

/** A header of a name that no other test uses, where none is given. */
export const someHeader = (given: Partial<SnapshotHeader> = {}): SnapshotHeader => ({
  name: someName(),
  version: 1,
  position: 7n,
  eventId: randomUUID(),
  ...given,
});

/** Pages that differ from each other and from those of another seed. */
export const somePages = (seed: number, lengths: readonly number[] = [100, 1, 3_000]): readonly Uint8Array[] =>
  lengths.map((length, page) => Uint8Array.from({ length }, (_, at) => (seed * 31 + page * 7 + at * 13) & 0xff));

/** All pages of a snapshot. */
export const pagesIn = async (store: SnapshotStore, header: SnapshotHeader): Promise<readonly number[][]> => {
  const pages: number[][] = [];
  for await (const page of store.read(header)) pages.push([...page]);
  return pages;
};

/** The same pages as `pagesIn` gives them. */
export const numbersOf = (pages: readonly Uint8Array[]): readonly number[][] => pages.map((page) => [...page]);

/** The same pages, each in a turn of its own. */
export async function* slowly(pages: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const page of pages) {
    await turn();
    yield page;
  }
}
