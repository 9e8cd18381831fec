import { setImmediate as turn } from 'node:timers/promises';
import type { RecordedEvent } from '@integration-settings/domain';

/** Most events of one batch. */
const pageSize = 1_000;

/** Some events of a longer read, possibly none, and where to go on; `undefined` at the end. */
export interface Page {
  readonly events: readonly RecordedEvent[];
  readonly next: number | undefined;
}

/**
 * Reads page after page and hands out those that hold something. Between two pages everything else of the process has
 * its turn.
 *
 * @param first - the cursor of the first page
 * @param page - reads at most `limit` events from a cursor; asked only when the page before was taken
 */
export async function* readPages(
  first: number,
  page: (cursor: number, limit: number) => Page | Promise<Page>,
  options: { readonly maxCount?: number; readonly signal?: AbortSignal },
): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
  let left = options.maxCount ?? Infinity;
  let cursor: number | undefined = first;
  while (cursor !== undefined && left > 0) {
    options.signal?.throwIfAborted();
    const { events, next }: Page = await page(cursor, Math.min(left, pageSize));
    if (events.length > 0) yield events;
    left -= events.length;
    cursor = next;
    if (cursor !== undefined && left > 0) await turn();
  }
}
