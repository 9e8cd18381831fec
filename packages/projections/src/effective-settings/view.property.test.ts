import assert from 'node:assert/strict';
import { levelOf, type RecordedEvent, type ScopeRef } from '@integration-settings/domain';
import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Counts, OverrideRow } from '../read-model.ts';
import { catalog, changedCatalog } from '../testing/catalogs.fixture.ts';
import { history, scopes } from '../testing/history.fixture.ts';
import { Oracle, plain } from '../testing/oracle.fixture.ts';
import { counts, effective, effectiveAll, overrides, own } from './queries.ts';
import { EffectiveSettingsView } from './view.ts';

const catalogs = fc.constantFrom(catalog, changedCatalog);

const viewOf = (events: readonly RecordedEvent[], using: typeof catalog | typeof changedCatalog = catalog) => {
  const view = new EffectiveSettingsView('integrations', using);
  for (const event of events) view.apply(event);
  return view;
};

const readable = Object.keys(catalog.definitions);

/** All that one can read in a view, as plain data. */
const everythingIn = (view: EffectiveSettingsView): unknown => {
  const present = scopes.filter((scope) => view.exists(scope));
  return plain({
    position: view.position,
    superseded: [...view.superseded].map(([position, { became }]) => [position, became]),
    scopes: present.map((scope) => ({
      scope,
      structure: scope === 'instance' ? undefined : view.structureOf(scope),
      settings: readable.map((integration) => [
        effective(view, scope, integration),
        own(view, scope, integration),
        counts(view, integration, scope),
        overrides(view, integration, { within: scope }),
      ]),
    })),
  });
};

/** Reads something of everything, so that the view has remembered it. */
const readAll = (view: EffectiveSettingsView): void => void everythingIn(view);

const assertAsOracle = (view: EffectiveSettingsView, oracle: Oracle): void => {
  for (const scope of scopes) {
    assert.equal(view.exists(scope), oracle.isPresent(scope));
    if (!oracle.isPresent(scope)) {
      for (const integration of readable) {
        assert.throws(() => effective(view, scope, integration), { code: 'UNKNOWN_SCOPE' });
        assert.throws(() => own(view, scope, integration), { code: 'UNKNOWN_SCOPE' });
      }
      continue;
    }
    for (const integration of readable) {
      assert.deepStrictEqual(
        plain(effective(view, scope, integration)),
        plain(oracle.effective(scope, integration)),
        `effective(${JSON.stringify(scope)}, ${integration})`,
      );
      const { lock: _lock, ...ownSettings } = own(view, scope, integration);
      assert.deepStrictEqual(plain(ownSettings), plain(oracle.own(scope, integration)));
      assert.deepStrictEqual(plain(counts(view, integration, scope)), countedOneByOne(oracle, scope, integration));
      assert.deepStrictEqual(pagedOverrides(view, integration, scope), overridesOneByOne(oracle, scope, integration));
    }
    assert.deepStrictEqual(
      plain(effectiveAll(view, scope)),
      plain(
        Object.entries(oracle.catalog.definitions)
          .filter(
            ([integration, { levels }]) =>
              levels?.includes(levelOf(scope)) !== false ||
              oracle.effective(scope, integration).mode !== 'unconfigured',
          )
          .map(([integration]) => oracle.effective(scope, integration)),
      ),
    );
  }
};

const countedOneByOne = (oracle: Oracle, within: ScopeRef, integration: string): Counts => {
  const settings = oracle.projects(within).map((project) => oracle.effective({ project }, integration));
  const ofMode = (mode: string): number => settings.filter((one) => one.mode === mode).length;
  return {
    total: settings.length,
    byMode: {
      unconfigured: ofMode('unconfigured'),
      inherited: ofMode('inherited'),
      partial: ofMode('partial'),
      custom: ofMode('custom'),
    },
    active: settings.filter(({ active }) => active).length,
  };
};

const pagedOverrides = (view: EffectiveSettingsView, integration: string, within: ScopeRef): readonly OverrideRow[] => {
  const rows: OverrideRow[] = [];
  for (let after: string | undefined; ;) {
    const page = overrides(view, integration, { within, limit: 2, ...(after === undefined ? {} : { after }) });
    rows.push(...page.items);
    if (page.next === undefined) return rows;
    assert.equal(page.items.length, 2);
    after = page.next;
  }
};

const overridesOneByOne = (oracle: Oracle, within: ScopeRef, integration: string): readonly OverrideRow[] =>
  oracle.projects(within).flatMap((project) => {
    const state = oracle.stateOf({ project }, integration);
    if (state.own === undefined) return [];
    const { mode, active } = oracle.effective({ project }, integration);
    const { hidden } = oracle.resolved({ project }, integration);
    return [{ project, own: state.own.kind, mode, active, hidden }];
  });

describe('the view of effective settings', () => {
  it('equals the rules over independently folded streams after any history, with any catalog', () => {
    fc.assert(
      fc.property(history(), catalogs, (events, using) =>
        assertAsOracle(viewOf(events, using), new Oracle(using, events)),
      ),
      { numRuns: 150 },
    );
  });

  it('equals the rules after each event, whatever it has remembered from before', () => {
    fc.assert(
      fc.property(history('small'), catalogs, (events, using) => {
        const view = new EffectiveSettingsView('integrations', using);
        const oracle = new Oracle(using);
        for (const event of events) {
          view.apply(event);
          oracle.apply(event);
          assertAsOracle(view, oracle);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('is the same when it stops anywhere and begins again, and when it has been read in between', () => {
    fc.assert(
      fc.property(history(), fc.nat(60), (events, stop) => {
        const continued = viewOf(events.slice(0, stop));
        readAll(continued);
        for (const event of events.slice(stop)) continued.apply(event);
        assert.deepStrictEqual(everythingIn(continued), everythingIn(viewOf(events)));
      }),
      { numRuns: 80 },
    );
  });

  it('is not changed by an event that comes twice', () => {
    fc.assert(
      fc.property(history(), fc.nat(), (events, seed) => {
        const view = new EffectiveSettingsView('integrations', catalog);
        for (const [index, event] of events.entries()) {
          view.apply(event);
          view.apply(event);
          view.apply(events[seed % (index + 1)]!);
        }
        assert.equal(view.events, viewOf(events).events);
        assert.deepStrictEqual(everythingIn(view), everythingIn(viewOf(events)));
      }),
      { numRuns: 80 },
    );
  });

  it('changes a custom project only by its own events, by locks and defaults under locks above, and by erasures', () => {
    fc.assert(
      fc.property(history(), (events) => {
        const view = new EffectiveSettingsView('integrations', catalog);
        for (const event of events) {
          const custom = customProjects(view).filter(({ settings }) => settings.lockedBy === undefined);
          view.apply(event);
          const { data, type } = event as { data: { project?: string }; type: string };
          if (type === 'SecretsErased' || type === 'DefaultLocked') continue;
          for (const { project, integration, settings } of custom) {
            if (data.project === project || !view.exists({ project })) continue;
            const now = effective(view, { project }, integration);
            if (now.lockedBy === undefined) assert.equal(now, settings);
          }
        }
      }),
      { numRuns: 80 },
    );
  });

  it('shows an inheriting project what its source holds', () => {
    fc.assert(
      fc.property(history(), (events) => {
        const view = viewOf(events);
        for (const scope of scopes) {
          if (!view.exists(scope) || typeof scope === 'string' || 'group' in scope) continue;
          for (const integration of readable) {
            const settings = effective(view, scope, integration);
            const { source } = settings;
            if (settings.mode !== 'inherited') continue;
            assert.ok(source !== undefined && view.exists(source) && view.isAtOrBelow(scope, source));
            assert.equal(effective(view, source, integration).mode, 'custom');
            const parent = view.tree.refOf(view.tree.parentOf(view.tree.find(scope)!));
            const above = effective(view, parent, integration);
            assert.deepStrictEqual(plain(settings.values), plain(above.values));
            assert.equal(settings.active, above.active);
          }
        }
      }),
      { numRuns: 80 },
    );
  });
});

const customProjects = (view: EffectiveSettingsView) =>
  scopes.flatMap((scope) => {
    if (scope === 'instance' || 'group' in scope || !view.exists(scope)) return [];
    return readable.flatMap((integration) => {
      const settings = effective(view, scope, integration);
      return settings.mode === 'custom' ? [{ project: scope.project, integration, settings }] : [];
    });
  });
