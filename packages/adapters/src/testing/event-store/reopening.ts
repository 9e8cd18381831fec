import type { EventStore } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { anEvent, collect, followUntil, freshPrefix, idsOf, someEvents } from './helpers.ts';

/** What outlives the process is there again, and numbering goes on. */
export const describeReopening = (store: () => EventStore, reopen: () => Promise<EventStore>): void => {
  describe('opening again', () => {
    it('finds everything as it was and goes on from there', async () => {
      const prefix = freshPrefix();
      const first = await store().appendToStream(`${prefix}thing-1`, someEvents(3), { expectedRevision: 'no_stream' });
      await store().appendToStream(`${prefix}thing-2`, someEvents(1), { expectedRevision: 'no_stream' });
      const before = await collect(store().readAll({ streamPrefix: prefix }));
      await store().close();
      const again = await reopen();
      try {
        expect(await collect(again.readAll({ streamPrefix: prefix }))).toEqual(before);
        const event = anEvent();
        const { revision, position } = await again.appendToStream(`${prefix}thing-1`, [event], {
          expectedRevision: 2n,
        });
        expect(revision).toBe(3n);
        expect(position).toBeGreaterThan(before.at(-1)?.position ?? first.position);
        const seen = await followUntil(again.subscribeToAll({ after: first.position, streamPrefix: prefix }), 2);
        expect(idsOf(seen).at(-1)).toBe(event.id);
      } finally {
        await again.close();
      }
    });
  });
};
