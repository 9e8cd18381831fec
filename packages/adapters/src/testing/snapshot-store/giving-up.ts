import type { SnapshotStore } from '@integration-settings/domain';
import { expect, it } from 'vitest';
import { numbersOf, pagesIn, slowly, someHeader, somePages } from './some-snapshot.ts';

/** Declares the tests of writes that end before their snapshot is whole. */
export const describeGivingUp = (open: () => Promise<SnapshotStore>): void => {
  it('leaves everything as it was when the pages end with an error, and throws that', async () => {
    const store = await open();
    const header = someHeader();
    await store.write(header, somePages(1));
    const reason = new Error('no more pages');
    for (const next of [header, { ...header, position: 8n }]) {
      await expect(store.write(next, failing(somePages(2), reason))).rejects.toBe(reason);
    }
    expect(await store.list(header.name)).toEqual([header]);
    expect(await pagesIn(store, header)).toEqual(numbersOf(somePages(1)));
    await store.write({ ...header, position: 8n }, somePages(4));
    expect(await pagesIn(store, { ...header, position: 8n })).toEqual(numbersOf(somePages(4)));
  });

  it('leaves everything as it was when the signal is aborted, before or between pages', async () => {
    const store = await open();
    const header = someHeader();
    await store.write(header, somePages(1));
    const reason = new Error('not now');
    await expect(store.write(header, somePages(2), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    for (const last of [0, 1, 2]) {
      const controller = new AbortController();
      const pages = somePages(2).map((page, index) => () => {
        if (index === last) controller.abort(reason);
        return page;
      });
      const { signal } = controller;
      await expect(store.write(header, made(pages), { signal })).rejects.toBe(reason);
    }
    expect(await store.list(header.name)).toEqual([header]);
    expect(await pagesIn(store, header)).toEqual(numbersOf(somePages(1)));
  });
};

function* made(pages: readonly (() => Uint8Array)[]): Generator<Uint8Array> {
  for (const page of pages) yield page();
}

async function* failing(pages: readonly Uint8Array[], reason: Error): AsyncGenerator<Uint8Array> {
  yield* slowly(pages);
  throw reason;
}
