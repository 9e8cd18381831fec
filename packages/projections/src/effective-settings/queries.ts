import {
  closeFields,
  frozenResult,
  type Mode,
  OutOfRange,
  type ScopeRef,
  type SettingsState,
  understand,
  UnknownIntegration,
  UnknownScope,
  initialSettings,
} from '@integration-settings/domain';
import type { Counts, EffectiveSettings, OverrideRow, OwnSettings, Page } from '../read-model.ts';
import { areasBelow, resolveBelow } from './areas.ts';
import { instance } from './tree.ts';
import type { EffectiveSettingsView, ReadableSlice } from './view.ts';

/** @throws UnknownScope where it was never registered or is removed */
export const numberOf = (view: EffectiveSettingsView, scope: ScopeRef): number => {
  const number = view.tree.find(scope);
  if (number === undefined || !view.tree.isPresent(number)) throw new UnknownScope(scope);
  return number;
};

/** @throws UnknownIntegration where the catalog does not have it */
export const sliceOf = (view: EffectiveSettingsView, integration: string): ReadableSlice => {
  const slice = view.slices.get(integration);
  if (slice?.view === undefined) throw new UnknownIntegration(integration);
  return slice as ReadableSlice;
};

/** What holds at a scope. O(1) to O(depth). */
export const effective = (view: EffectiveSettingsView, scope: ScopeRef, integration: string): EffectiveSettings => {
  const number = view.tree.find(scope);
  const readable = view.slices.get(integration)?.view;
  const settings = number === undefined ? undefined : readable?.find(number);
  if (settings !== undefined) return settings;
  numberOf(view, scope); // of both reasons the scope is named first
  throw new UnknownIntegration(integration);
};

/** All that can be set at the scope's level or is inherited there, in the order of the catalog. */
export const effectiveAll = (view: EffectiveSettingsView, scope: ScopeRef): readonly EffectiveSettings[] => {
  const number = numberOf(view, scope);
  const level = scope === 'instance' ? 'instance' : 'group' in scope ? 'group' : 'project';
  const all: EffectiveSettings[] = [];
  for (const slice of view.slices.values()) {
    if (slice.view === undefined) continue;
    const settings = slice.view.effective(number);
    const { levels } = slice.view.context.compiled.definition;
    if (levels === undefined || levels.includes(level) || settings.mode !== 'unconfigured') all.push(settings);
  }
  return Object.freeze(all);
};

/** What a scope itself holds. */
export const own = (view: EffectiveSettingsView, scope: ScopeRef, integration: string): OwnSettings => {
  const number = numberOf(view, scope);
  const slice = sliceOf(view, integration);
  const { context } = slice.view;
  const entry = slice.own.get(number);
  const state: SettingsState = entry?.state ?? initialSettings;
  const values: Record<string, OwnSettings['values'][string]> = {};
  if (state.own !== undefined) {
    for (const [name, { value }] of understand(context, view.tree.refOf(number), state.era, state.own)) {
      if (value !== undefined) values[name] = value;
      else if (state.own.kind === 'partial') values[name] = null;
    }
  }
  const lock = state.lock?.fields;
  return frozenResult({
    mode: state.own?.kind ?? 'none',
    active: state.own?.active?.value,
    values: frozenResult(values),
    lock: lock === undefined || lock === 'whole' ? lock : Object.freeze([...closeFields(context.compiled, lock)]),
    hidden: state.own !== undefined && slice.view.resolved(number).hidden,
    revision: entry?.revision ?? 'no_stream',
  });
};

/** Projects with settings of their own, in the order of registration. */
export const overrides = (
  view: EffectiveSettingsView,
  integration: string,
  options: { readonly within?: ScopeRef; readonly after?: string; readonly limit?: number } = {},
): Page<OverrideRow> => {
  const { within: place = 'instance' } = options;
  const within = numberOf(view, place);
  const slice = sliceOf(view, integration);
  const limit = limitOf(options.limit);
  const items: OverrideRow[] = [];
  let last = -1;
  for (const number of slice.own.projects.after(cursorOf(options.after))) {
    if (!view.tree.isPresent(number) || !view.tree.isAtOrBelow(number, within)) continue;
    if (items.length === limit) return Object.freeze({ items: Object.freeze(items), next: cursor(last) });
    const { hidden } = slice.view.resolved(number);
    const { mode, active } = slice.view.effective(number);
    const kind = slice.own.stateOf(number).own?.kind ?? 'custom';
    items.push(Object.freeze({ project: view.tree.idOf(number), own: kind, mode, active, hidden }));
    last = number;
  }
  return Object.freeze({ items: Object.freeze(items), next: undefined });
};

/** Projects at or below a scope by mode, and the active ones; no project is visited. */
export const counts = (view: EffectiveSettingsView, integration: string, within: ScopeRef = 'instance'): Counts => {
  const root = numberOf(view, within);
  const slice = sliceOf(view, integration);
  const byMode: Record<Mode, number> = { unconfigured: 0, inherited: 0, partial: 0, custom: 0 };
  let active = 0;
  const count = (mode: Mode, isActive: boolean, projects: number): void => {
    byMode[mode] += projects;
    if (isActive) active += projects;
  };
  if (view.tree.isProject(root)) {
    const settings = slice.view.effective(root);
    count(settings.mode, settings.active, 1);
  } else {
    for (const area of areasBelow(view.tree, slice.own, view.tallyOf(slice), root)) {
      const above = slice.view.passedDown(area.number);
      const states = [
        { state: initialSettings, count: area.inheriting },
        ...area.shapes.map((shape) => ({ state: shape.sample, count: shape.count })),
      ];
      for (const { state, count: projects } of states) {
        const { mode, settings } = resolveBelow(slice.view.context, above, state);
        count(mode, settings.toggle?.value === true && settings.missing.length === 0, projects);
      }
    }
  }
  return Object.freeze({ total: view.tree.projectsBelow(root), byMode: Object.freeze(byMode), active });
};

/** The limit of a page. @throws OutOfRange */
export const limitOf = (limit = 100): number => {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw new OutOfRange(`limit is ${limit}; expected 1 to 1000.`);
  return limit;
};

/** A cursor names the last item; numbers are given in the order of the log, so it stays valid. */
export const cursor = (number: number): string => number.toString(36);

/** @throws OutOfRange where it is none of ours */
export const cursorOf = (after: string | undefined): number => {
  if (after === undefined) return -1;
  const number = Number.parseInt(after, 36);
  if (!Number.isSafeInteger(number) || number < instance || cursor(number) !== after) {
    throw new OutOfRange(`"${after}" is not a cursor of this list.`);
  }
  return number;
};
