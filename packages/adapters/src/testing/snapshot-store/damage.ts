import type { SnapshotHeader, SnapshotStore } from '@integration-settings/domain';
import { expect, it } from 'vitest';
import { numbersOf, pagesIn, someHeader, somePages } from './some-snapshot.ts';

/** What can happen to a snapshot from outside, each by its name. */
export type Damages = Readonly<Record<string, (header: SnapshotHeader) => Promise<void>>>;

/** Declares a test for each damage: it is found, and nothing else suffers. */
export const describeDamage = (open: () => Promise<SnapshotStore>, damages: Damages): void => {
  it.each(Object.entries(damages))('finds %s, hands out nothing wrong, and reads all others', async (_, damage) => {
    const store = await open();
    const header = someHeader();
    const older = { ...header, position: 1n };
    for (const one of [older, header]) await store.write(one, somePages(1));
    await damage(header);
    const read: Uint8Array[] = [];
    const reading = (async () => {
      for await (const page of store.read(header)) read.push(new Uint8Array(page));
    })();
    await expect(reading).rejects.toMatchObject({ code: 'STORE_CORRUPTED' });
    expect(numbersOf(read)).toEqual(numbersOf(somePages(1)).slice(0, read.length));
    expect(await store.list(header.name)).toContainEqual(older);
    expect(await pagesIn(store, older)).toEqual(numbersOf(somePages(1)));
    await store.write(header, somePages(2));
    expect(await pagesIn(store, header)).toEqual(numbersOf(somePages(2)));
  });
};
