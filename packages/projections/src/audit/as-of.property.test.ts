import assert from 'node:assert/strict';
import type { RecordedEvent } from '@integration-settings/domain';
import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { EffectiveSettingsView } from '../effective-settings/view.ts';
import { answersFor, answersOfAll } from '../testing/answers.fixture.ts';
import { catalog } from '../testing/catalogs.fixture.ts';
import { history, scopes } from '../testing/history.fixture.ts';
import { LogStore } from '../testing/log-store.fixture.ts';
import { Replay, viewAt } from './replay.ts';
import { viewOfScopeAt } from './scope-log.ts';

/** A live view of a log, and what it answered after each event. */
const lived = <T>(events: readonly RecordedEvent[], answer: (view: EffectiveSettingsView) => T) => {
  const view = new EffectiveSettingsView('integrations', catalog);
  const answered = new Map<bigint, T>([[-1n, answer(view)]]);
  for (const event of events) {
    view.apply(event);
    answered.set(event.position, answer(view));
  }
  return { past: { eventStore: new LogStore(events), view }, answered };
};

describe('a past view', () => {
  it('answers what was answered then, at every position of any history', async () => {
    await fc.assert(
      fc.asyncProperty(history('small'), async (events) => {
        const { past, answered } = lived(events, answersOfAll);
        for (const [position, then] of answered) {
          assert.deepStrictEqual(answersOfAll(await viewAt(past, position)), then);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('answers the same for one scope and those above it, from their own streams only', async () => {
    await fc.assert(
      fc.asyncProperty(
        history(),
        fc.array(fc.tuple(fc.constantFrom(...scopes), fc.nat()), { minLength: 20, maxLength: 20 }),
        async (events, asked) => {
          const { past, answered } = lived(events, (view) => scopes.map((scope) => answersFor(view, scope)));
          for (const [scope, some] of asked) {
            const [position, then] = [...answered][some % answered.size]!;
            const view = await viewOfScopeAt(past, position, scope);
            const number = view.tree.find(scope);
            const path = number === undefined ? [scope] : view.tree.pathOf(number).map((at) => view.tree.refOf(at));
            for (const above of path) {
              const index = scopes.findIndex((one) => JSON.stringify(one) === JSON.stringify(above));
              assert.deepStrictEqual(answersFor(view, above), then[index]);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is the same whether the log was read at once or with stops anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(history('small'), fc.array(fc.nat(), { maxLength: 5 }), async (events, stops) => {
        const { past } = lived(events, () => undefined);
        const end = events.at(-1)!.position;
        const replay = new Replay(past);
        for (const stop of stops
          .map((some) => BigInt(some % Number(end)))
          .toSorted((one, other) => Number(one - other))) {
          await replay.to(stop);
        }
        assert.deepStrictEqual(answersOfAll(await replay.to(end)), answersOfAll(past.view));
      }),
      { numRuns: 20 },
    );
  });
});
