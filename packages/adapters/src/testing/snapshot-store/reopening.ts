import type { SnapshotStore } from '@integration-settings/domain';
import { expect, it } from 'vitest';
import { numbersOf, pagesIn, someHeader, somePages } from './some-snapshot.ts';

/** Declares the tests of stores that outlive a process; the suite closes what both functions open. */
export const describeReopening = (open: () => Promise<SnapshotStore>, reopen: () => Promise<SnapshotStore>): void => {
  it('shows what was written and deleted to who opens it at the same time and later', async () => {
    const first = await open();
    const header = someHeader();
    const gone = { ...header, position: 8n };
    for (const one of [header, gone]) await first.write(one, somePages(1));
    await first.delete(gone);
    const second = await reopen();
    expect(await second.list(header.name)).toEqual([header]);
    await second.write(gone, somePages(2));
    expect(await pagesIn(first, gone)).toEqual(numbersOf(somePages(2)));
    await first.close();
    await second.close();
    const third = await reopen();
    expect(await third.list(header.name)).toEqual([gone, header]);
    expect(await pagesIn(third, header)).toEqual(numbersOf(somePages(1)));
  });
};
