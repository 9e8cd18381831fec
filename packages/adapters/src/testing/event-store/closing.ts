import type { EventStore } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { anEvent, collect, followUntil, freshPrefix, someEvents } from './helpers.ts';

/** What ends, and what is finished first. */
export const describeClosing = (store: () => EventStore): void => {
  describe('closing', () => {
    it('makes every call throw Closed afterwards, and may be done twice', async () => {
      const stream = `${freshPrefix()}thing-1`;
      await store().appendToStream(stream, [anEvent()], { expectedRevision: 'any' });
      await store().close();
      await store().close();
      const closed = { code: 'CLOSED' };
      await expect(store().appendToStream(stream, [anEvent()], { expectedRevision: 'any' })).rejects.toMatchObject(
        closed,
      );
      await expect(async () => collect(store().readStream(stream))).rejects.toMatchObject(closed);
      await expect(async () => collect(store().readAll())).rejects.toMatchObject(closed);
      await expect(async () => followUntil(store().subscribeToAll({ after: -1n }))).rejects.toMatchObject(closed);
    });

    it('finishes the appends that are under way', async () => {
      const prefix = freshPrefix();
      const appends = someEvents(50).map((event, index) =>
        store().appendToStream(`${prefix}thing-${index}`, [event], { expectedRevision: 'no_stream' }),
      );
      await store().close();
      const results = await Promise.all(appends);
      expect(results.map(({ revision }) => revision)).toEqual(appends.map(() => 0n));
    });

    it('ends subscriptions without an error', async () => {
      let closing: Promise<void> | undefined;
      for await (const { kind } of store().subscribeToAll({ after: -1n, streamPrefix: freshPrefix() })) {
        if (kind !== 'caught-up') continue;
        queueMicrotask(() => {
          closing = store().close();
        });
      }
      expect(closing).toBeDefined();
      await closing;
    });
  });
};
