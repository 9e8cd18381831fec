import { setImmediate as turn } from 'node:timers/promises';
import type { SnapshotStore } from '@integration-settings/domain';
import { expect, it } from 'vitest';
import { pagesIn, someHeader, somePages } from './some-snapshot.ts';

/** Declares the tests of closing. */
export const describeClosing = (open: () => Promise<SnapshotStore>): void => {
  it('waits on closing for what is being written', async () => {
    const store = await open();
    const header = someHeader();
    const ended: string[] = [];
    const { promise: held, resolve: goOn } = Promise.withResolvers<void>();
    const pages = (async function* () {
      await held;
      yield* somePages(1);
    })();
    const writing = store.write(header, pages).then(() => ended.push('written'));
    const closing = store.close().then(() => ended.push('closed'));
    await turn();
    goOn();
    await Promise.all([writing, closing]);
    expect(ended).toEqual(['written', 'closed']);
  });

  it('refuses everything once it is closed, and closing twice is once', async () => {
    const store = await open();
    const header = someHeader();
    await store.close();
    await store.close();
    const closed = { code: 'CLOSED' };
    await expect(store.list(header.name)).rejects.toMatchObject(closed);
    await expect(pagesIn(store, header)).rejects.toMatchObject(closed);
    await expect(store.write(header, [])).rejects.toMatchObject(closed);
    await expect(store.delete(header)).rejects.toMatchObject(closed);
  });
};
