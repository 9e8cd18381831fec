import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pagesOf, textOf, viewOf } from '../snapshots/image.fixture.ts';
import { snapshotsOver, writeAfter } from '../snapshots/snapshots.fixture.ts';
import { history } from '../testing/history.fixture.ts';
import { Log } from '../testing/log.fixture.ts';
import { does } from '../testing/view.fixture.ts';
import { Audit } from './audit.ts';
import { viewAt } from './replay.ts';

describe('a past view from snapshots', () => {
  it('is at every position what folding the log from its beginning gives', async () => {
    await fc.assert(
      fc.asyncProperty(
        history('small'),
        fc.array(fc.nat(1_000), { minLength: 1, maxLength: 3 }),
        async (events, stops) => {
          const { snapshots, store, eventStore, warnings } = snapshotsOver(events);
          await writeAfter(
            store,
            events,
            stops.map((stop) => 1 + (stop % events.length)),
          );
          for (const [index, { position }] of events.entries()) {
            const past = { eventStore, view: viewOf(events), snapshots };
            const view = await viewAt(past, position);
            assert.deepStrictEqual(textOf(pagesOf(view)), textOf(pagesOf(viewOf(events.slice(0, index + 1)))));
          }
          assert.deepStrictEqual(warnings, []);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('reads no more of the log than what comes after the nearest one', async () => {
    const log = new Log();
    log.record(...Array.from({ length: 100 }, (_, index) => does.registerProject(`p${index}`)));
    const { events } = log;
    const { snapshots, store, eventStore } = snapshotsOver(events);
    await writeAfter(store, events, [50, 90]);
    eventStore.read = 0;
    await viewAt({ eventStore, view: viewOf(events), snapshots }, events[59]!.position);
    expect(eventStore.read).toBe(1 + 10); // the one it ends with, to know it by, and those after it
  });

  it('gives what entries of an audit reached, whatever order they are asked in', async () => {
    await fc.assert(
      fc.asyncProperty(history('small'), fc.nat(1_000), async (events, stop) => {
        const { snapshots, store, eventStore } = snapshotsOver(events);
        await writeAfter(store, events, [1 + (stop % events.length), 1 + (stop % 7)]);
        const view = viewOf(events);
        const reachedWith = async (
          past: ConstructorParameters<typeof Audit>[0],
          direction: 'forwards' | 'backwards',
        ) => {
          const reached = new Map<bigint, number>();
          const upTo = events.at(-1)!.position;
          for await (const entry of new Audit(past, {}).read({ after: -1n, upTo, direction })) {
            reached.set(entry.position, await entry.reached());
          }
          return reached;
        };
        const expected = await reachedWith({ eventStore, view }, 'forwards');
        assert.deepStrictEqual(await reachedWith({ eventStore, view, snapshots }, 'forwards'), expected);
        assert.deepStrictEqual(
          new Map([...(await reachedWith({ eventStore, view, snapshots }, 'backwards'))].reverse()),
          expected,
        );
      }),
      { numRuns: 10 },
    );
  });
});
