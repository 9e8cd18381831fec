import assert from 'node:assert/strict';
import { evolveSettings, groupOrInstance, type RecordedEvent, type ScopeRef } from '@integration-settings/domain';
import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { announce } from '../live/settings-change.ts';
import type { EffectiveSettings, Unaffected } from '../read-model.ts';
import { catalog, changedCatalog } from '../testing/catalogs.fixture.ts';
import { history, projectIds } from '../testing/history.fixture.ts';
import { isAffected, Oracle, plain } from '../testing/oracle.fixture.ts';
import { Alternative, type Difference } from './alternative.ts';
import { affectedProjects, type Comparison, countImpact, type ImpactCount, sampled } from './impact.ts';
import { counts, sliceOf } from './queries.ts';
import { readEvent } from './read-event.ts';
import { instance } from './tree.ts';
import { EffectiveSettingsView } from './view.ts';

const readable = Object.keys(catalog.definitions);
const catalogs = fc.constantFrom(catalog, changedCatalog);

/** What each project shows for each integration; those that are not there show nothing. */
type Shown = ReadonlyMap<string, EffectiveSettings>;
const shownBy = (oracle: Oracle): Shown =>
  new Map(
    oracle
      .projects()
      .flatMap((project) =>
        readable.map(
          (integration) => [`${integration} ${project}`, oracle.effective({ project }, integration)] as const,
        ),
      ),
  );

const affectedIn = (before: Shown, after: Shown, integration: string): readonly string[] =>
  projectIds.filter((project) => {
    const key = `${integration} ${project}`;
    return (before.has(key) || after.has(key)) && isAffected(before.get(key), after.get(key));
  });

/** Applies events one by one; for each that took effect: what it says it affected, and what the rules say. */
const compareAnnouncements = (view: EffectiveSettingsView, oracle: Oracle, events: readonly RecordedEvent[]): void => {
  for (const event of events) {
    const expected: number[] = [];
    let before = shownBy(oracle);
    oracle.apply(event, (step) => {
      const after = shownBy(oracle);
      const reach = step.kind === 'settings' ? [step.integration] : readable;
      expected.push(reach.reduce((sum, integration) => sum + affectedIn(before, after, integration).length, 0));
      before = after;
    });
    const announced: number[] = [];
    view.apply(event, (effect) => announced.push(announce(view, effect)!.change.affected()));
    assert.deepStrictEqual(announced, expected, `affected by ${event.type} at ${event.position}`);
  }
};

/** How the view would differ after an event that has not come; `undefined` where it would not. */
const differenceOf = (view: EffectiveSettingsView, recorded: RecordedEvent, integration: string) => {
  const event = readEvent(recorded);
  if (event.kind === 'optional' || !view.exists(event.scope)) return undefined;
  const number = view.tree.find(event.scope)!;
  if (event.kind === 'settings') {
    if (event.integration !== integration) return undefined;
    const before = sliceOf(view, integration).own.stateOf(number);
    const state = evolveSettings(before, event.body, event.cause);
    return { number, state, ...(before.era === state.era ? {} : { era: state.era }) };
  }
  const { body } = event;
  if (body.type === 'GroupRemoved' || body.type === 'ProjectRemoved') return { number, gone: true } as const;
  if (body.type !== 'GroupMoved' && body.type !== 'ProjectTransferred') return undefined;
  const target = groupOrInstance(body.type === 'GroupMoved' ? body.data.parent : body.data.group);
  if (!view.exists(target) || view.isAtOrBelow(target, event.scope)) return undefined;
  return { number, parent: view.tree.find(target)! };
};

const comparisonOf = (view: EffectiveSettingsView, integration: string, difference: Difference): Comparison => {
  const slice = sliceOf(view, integration);
  return {
    view,
    slice,
    root: difference.era === undefined ? difference.number : instance,
    before: new Alternative(view, slice),
    after: new Alternative(view, slice, difference),
  };
};

/** The same, with every project looked at. */
const countOneByOne = (
  oracle: Oracle,
  before: Shown,
  after: Shown,
  root: ScopeRef,
  integration: string,
): ImpactCount => {
  const unaffected = { custom: 0, locked: 0, nearerDefault: 0, partial: 0, same: 0 };
  let [affected, incomplete] = [0, 0];
  for (const project of oracle.projects(root)) {
    const key = `${integration} ${project}`;
    const [was, is] = [before.get(key)!, after.get(key)];
    if (isAffected(was, is)) affected += 1;
    else unaffected[reasonOf(oracle, was, root)] += 1;
    if (is !== undefined && becomesIncomplete(oracle, integration, project, was, is)) incomplete += 1;
  }
  return { affected, incomplete, unaffected };
};

/** Incomplete is on but inactive; the toggle as set is not shown, so the oracle is asked for the one before. */
const becomesIncomplete = (
  oracle: Oracle,
  integration: string,
  project: string,
  was: EffectiveSettings,
  is: EffectiveSettings,
): boolean => {
  const isOn = (settings: EffectiveSettings, toggle: boolean | undefined): boolean =>
    toggle === true && settings.missing.length > 0;
  const toggles = togglesOf.get(oracle)!;
  const key = `${integration} ${project}`;
  return isOn(is, toggles.after.get(key)) && !isOn(was, toggles.before.get(key));
};
type Toggles = ReadonlyMap<string, boolean | undefined>;
const togglesOf = new WeakMap<Oracle, { readonly before: Toggles; readonly after: Toggles }>();
const togglesIn = (oracle: Oracle): Toggles =>
  new Map(
    oracle
      .projects()
      .flatMap((project) =>
        readable.map(
          (integration) =>
            [`${integration} ${project}`, oracle.resolved({ project }, integration).settings.toggle?.value] as const,
        ),
      ),
  );

const reasonOf = (oracle: Oracle, { mode, lockedBy, source }: EffectiveSettings, root: ScopeRef): keyof Unaffected => {
  const isBelowRoot = (scope: ScopeRef | undefined): boolean =>
    scope !== undefined && oracle.isAtOrBelow(scope, root) && oracle.path(scope).length > oracle.path(root).length;
  if (mode === 'custom') return 'custom';
  if (isBelowRoot(lockedBy)) return 'locked';
  if (isBelowRoot(source)) return 'nearerDefault';
  return mode === 'partial' ? 'partial' : 'same';
};

describe('the impact of an event', () => {
  it('is announced as what a comparison of all projects finds, after each event', () => {
    fc.assert(
      fc.property(history('small'), catalogs, fc.boolean(), (events, using, countEarly) => {
        const view = new EffectiveSettingsView('integrations', using);
        if (countEarly) for (const integration of readable) counts(view, integration);
        compareAnnouncements(view, new Oracle(using), events);
      }),
      { numRuns: 40 },
    );
  });

  it('is announced as what a comparison of all projects finds, where nothing was counted before', () => {
    fc.assert(
      fc.property(history(), catalogs, fc.nat(), (events, using, seed) => {
        const stop = seed % events.length;
        const view = new EffectiveSettingsView('integrations', using);
        for (const event of events.slice(0, stop)) view.apply(event);
        compareAnnouncements(view, new Oracle(using, events.slice(0, stop)), events.slice(stop, stop + 1));
      }),
      { numRuns: 150 },
    );
  });

  it('is previewed as what the event then changes, for whom and why the others are not affected', () => {
    fc.assert(
      fc.property(history(), catalogs, fc.nat(), (events, using, seed) => {
        const alone = events.filter((event) => (event.metadata as { part?: unknown }).part === undefined);
        const stop = seed % alone.length;
        const view = new EffectiveSettingsView('integrations', using);
        const oracle = new Oracle(using, alone.slice(0, stop));
        for (const event of alone.slice(0, stop)) view.apply(event);
        const next = alone[stop]!;
        const [before, beforeToggles] = [shownBy(oracle), togglesIn(oracle)];
        const after = new Oracle(using, alone.slice(0, stop + 1));
        togglesOf.set(oracle, { before: beforeToggles, after: togglesIn(after) });
        const then = shownBy(after);
        for (const integration of readable) {
          const difference = differenceOf(view, next, integration);
          if (difference === undefined) continue;
          const comparison = comparisonOf(view, integration, difference);
          const root = view.tree.refOf(comparison.root);
          const counted = countImpact(comparison);
          assert.deepStrictEqual(counted, countOneByOne(oracle, before, then, root, integration));
          const reasons = Object.values(counted.unaffected).reduce((sum, count) => sum + count, 0);
          assert.equal(counted.affected + reasons, view.tree.projectsBelow(comparison.root));
          const affected = [...affectedProjects(comparison)];
          assert.deepStrictEqual(
            affected.map((number) => view.tree.idOf(number)).toSorted(),
            affectedIn(before, then, integration).toSorted(),
          );
          for (const number of affected) {
            const key = `${integration} ${view.tree.idOf(number)}`;
            const sample = sampled(comparison, number);
            assert.deepStrictEqual(plain(sample.before), plain(before.get(key)));
            assert.deepStrictEqual(plain(sample.after), plain(then.get(key)));
          }
        }
      }),
      { numRuns: 250 },
    );
  });
});
