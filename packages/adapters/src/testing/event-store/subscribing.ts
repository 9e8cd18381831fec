import { setImmediate as turn } from 'node:timers/promises';
import type { EventStore, EventToAppend, RecordedEvent } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { anEvent, collect, followUntil, freshPrefix, gather, idsOf, someEvents } from './helpers.ts';

/** Each event once and in order, from anywhere, whatever is appended meanwhile. */
export const describeSubscribing = (store: () => EventStore): void => {
  describe('following the log', () => {
    it('gives what is there, then says that it has caught up', async () => {
      const prefix = freshPrefix();
      const events = someEvents(3);
      await store().appendToStream(`${prefix}thing-1`, events, { expectedRevision: 'any' });
      const seen = await followUntil(store().subscribeToAll({ after: -1n, streamPrefix: prefix }));
      expect(seen).toEqual(await collect(store().readStream(`${prefix}thing-1`)));
    });

    it('goes on with what is appended later, each event once and in order', async () => {
      const prefix = freshPrefix();
      await store().appendToStream(`${prefix}thing-0`, someEvents(5), { expectedRevision: 'any' });
      const following = followUntil(store().subscribeToAll({ after: -1n, streamPrefix: prefix }), 605);
      const writers = [1, 2, 3].map(async (writer) => {
        for (let round = 0; round < 20; round += 1) {
          await Promise.all(
            [1, 2].map(() =>
              store().appendToStream(`${prefix}thing-${writer}`, someEvents(5), { expectedRevision: 'any' }),
            ),
          );
        }
      });
      await Promise.all(writers);
      expect(await following).toEqual(await collect(store().readAll({ streamPrefix: prefix })));
    });

    it('wakes up for what is appended while it waits', async () => {
      const prefix = freshPrefix();
      const event = anEvent();
      let appended: Promise<unknown> | undefined;
      const seen: RecordedEvent[] = [];
      for await (const message of store().subscribeToAll({ after: -1n, streamPrefix: prefix })) {
        if (message.kind === 'caught-up') {
          appended ??= turn().then(() =>
            store().appendToStream(`${prefix}thing-1`, [event], { expectedRevision: 'no_stream' }),
          );
        }
        if (message.kind !== 'events') continue;
        seen.push(...message.events);
        break;
      }
      await appended;
      expect(idsOf(seen)).toEqual([event.id]);
    });

    it('begins after a position, itself not included', async () => {
      const prefix = freshPrefix();
      const { position } = await store().appendToStream(`${prefix}thing-1`, someEvents(2), { expectedRevision: 'any' });
      const later = someEvents(2);
      await store().appendToStream(`${prefix}thing-1`, later, { expectedRevision: 'any' });
      const seen = await followUntil(store().subscribeToAll({ after: position, streamPrefix: prefix }), 2);
      expect(idsOf(seen)).toEqual(idsOf(later));
    });

    it('begins at the end of the log', async () => {
      const prefix = freshPrefix();
      const append = (events: readonly EventToAppend[]) =>
        store().appendToStream(`${prefix}thing-1`, events, { expectedRevision: 'any' });
      const { position } = await append(someEvents(2));
      const later = anEvent();
      const following = followUntil(store().subscribeToAll({ after: position, streamPrefix: prefix }), 1);
      await append([later]);
      expect(idsOf(await following)).toEqual([later.id]);
    });

    it('refuses a position past the end of the log, which it cannot have given', async () => {
      const { position } = await store().appendToStream(`${freshPrefix()}thing-1`, [anEvent()], {
        expectedRevision: 'any',
      });
      const messages = store().subscribeToAll({ after: position + 1_000_000n });
      await expect(followUntil(messages)).rejects.toMatchObject({ code: 'OUT_OF_RANGE' });
    });

    it('can be left and resumed at every event without a loss or a repeat', async () => {
      const prefix = freshPrefix();
      const events = someEvents(6);
      const seen: RecordedEvent[] = [];
      for (const event of events) {
        await store().appendToStream(`${prefix}thing-1`, [event], { expectedRevision: 'any' });
        const after = seen.at(-1)?.position ?? -1n;
        seen.push(...(await followUntil(store().subscribeToAll({ after, streamPrefix: prefix }), 1)));
      }
      expect(idsOf(seen)).toEqual(idsOf(events));
    });

    it('gives only the streams of the prefix', async () => {
      const [prefix, other] = [freshPrefix(), freshPrefix()];
      const wanted = anEvent();
      const following = followUntil(store().subscribeToAll({ after: -1n, streamPrefix: prefix }), 1);
      await store().appendToStream(`${other}thing-1`, someEvents(3), { expectedRevision: 'any' });
      await store().appendToStream(`${prefix}thing-1`, [wanted], { expectedRevision: 'any' });
      expect(idsOf(await following)).toEqual([wanted.id]);
    });

    it('serves several followers, each for itself', async () => {
      const prefix = freshPrefix();
      const events = someEvents(4);
      const followers = [1, 2, 3, 4].map((count) =>
        followUntil(store().subscribeToAll({ after: -1n, streamPrefix: prefix }), count),
      );
      for (const event of events)
        await store().appendToStream(`${prefix}thing-1`, [event], { expectedRevision: 'any' });
      for (const [index, seen] of (await Promise.all(followers)).entries()) {
        expect(idsOf(seen).slice(0, index + 1)).toEqual(idsOf(events).slice(0, index + 1));
      }
    });

    it('ends without an error when its signal aborts while it waits', async () => {
      const stop = new AbortController();
      const kinds: string[] = [];
      for await (const { kind } of store().subscribeToAll({
        after: -1n,
        streamPrefix: freshPrefix(),
        signal: stop.signal,
      })) {
        kinds.push(kind);
        if (kind === 'caught-up') queueMicrotask(() => stop.abort(new Error('enough')));
      }
      expect(kinds).toContain('caught-up');
    });

    it('ends without a message when its signal is aborted already', async () => {
      const messages = store().subscribeToAll({ after: -1n, signal: AbortSignal.abort() });
      expect(await gather(messages)).toEqual([]);
    });
  });
};
