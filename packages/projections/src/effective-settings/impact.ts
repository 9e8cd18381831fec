import {
  frozenResult,
  type LocksInForce,
  type Resolved,
  resolveStep,
  sameFieldValue,
  type Settings,
} from '@integration-settings/domain';
import type { EffectiveSettings, Sampled, Unaffected } from '../read-model.ts';
import type { Alternative } from './alternative.ts';
import { areasBelow } from './areas.ts';
import { instance } from './tree.ts';
import type { EffectiveSettingsView, ReadableSlice } from './view.ts';

/** How many projects' effective settings differ between two alternatives, and why the others do not. */
export interface ImpactCount {
  readonly affected: number;
  /** Whose toggle is on and that become incomplete. */
  readonly incomplete: number;
  readonly unaffected: Unaffected;
}

/** One integration, at or below one scope, before and after. */
export interface Comparison {
  readonly view: EffectiveSettingsView;
  readonly slice: ReadableSlice;
  /** Nothing differs but at or below it. */
  readonly root: number;
  readonly before: Alternative;
  readonly after: Alternative;
}

type Tallied = { affected: number; incomplete: number; unaffected: { -readonly [K in keyof Unaffected]: number } };

/**
 * Counts without visiting every project: all that inherit the same are compared once, those with own settings once for each
 * shape; only where a lock comes or goes, or secrets are erased, are own settings looked at one by one.
 */
export const countImpact = (comparison: Comparison): ImpactCount => {
  const { view, slice, root, before, after } = comparison;
  const counted: Tallied = {
    affected: 0,
    incomplete: 0,
    unaffected: { custom: 0, locked: 0, nearerDefault: 0, partial: 0, same: 0 },
  };
  if (view.tree.isProject(root)) {
    count(counted, comparison, beforeOf(comparison, root), afterOf(comparison, root), 1);
    return counted;
  }
  const areas = areasBelow(view.tree, slice.own, view.tallyOf(slice), root);
  const oneByOne = new Set<number>();
  const erases = before.difference?.era !== undefined || after.difference?.era !== undefined;
  for (const { number, inheriting, shapes } of areas) {
    const [above, then] = [before.passedDown(number), after.passedDown(number)];
    const gone = after.isGone(number);
    count(counted, comparison, inherited(above), gone ? undefined : inherited(then), inheriting);
    if (erases || (!gone && !sameLocks(above.locks, then.locks))) oneByOne.add(number);
    else {
      for (const { sample, count: projects } of shapes) {
        const own = { scope: { project: '' }, state: sample };
        const shown = gone ? undefined : resolveStep(after.context, then, own);
        count(counted, comparison, resolveStep(before.context, above, own), shown, projects);
      }
    }
  }
  if (oneByOne.size > 0) countOneByOne(counted, comparison, new Set(areas.map((area) => area.number)), oneByOne);
  return counted;
};

const countOneByOne = (
  counted: Tallied,
  comparison: Comparison,
  nodes: ReadonlySet<number>,
  oneByOne: ReadonlySet<number>,
): void => {
  const { tree } = comparison.view;
  for (const number of comparison.slice.own.projects) {
    if (!tree.isWithin(number, comparison.root)) continue;
    let area = tree.parentOf(number);
    while (!nodes.has(area)) area = tree.parentOf(area);
    if (oneByOne.has(area)) count(counted, comparison, beforeOf(comparison, number), afterOf(comparison, number), 1);
  }
};

/** The projects whose effective settings differ, group by group. */
export function* affectedProjects(comparison: Comparison): Generator<number> {
  const { tree } = comparison.view;
  const { root } = comparison;
  const isReached = (project: number): boolean =>
    isAffected(beforeOf(comparison, project), afterOf(comparison, project));
  if (tree.isProject(root)) {
    if (isReached(root)) yield root;
    return;
  }
  const open = [root];
  for (let group = open.pop(); group !== undefined; group = open.pop()) {
    for (const child of tree.childrenOf(group)) {
      if (!tree.isProject(child)) open.push(child);
      else if (isReached(child)) yield child;
    }
  }
}

/** A project's settings in both alternatives, as reads show them. */
export const sampled = (comparison: Comparison, number: number): Sampled => {
  const { view, slice, after } = comparison;
  return frozenResult({
    project: view.tree.idOf(number),
    integration: slice.slug,
    before: shown(comparison, comparison.before, number),
    after: after.isGone(number) ? undefined : shown(comparison, after, number),
  });
};

const shown = ({ slice }: Comparison, alternative: Alternative, number: number): EffectiveSettings => {
  if (alternative.difference === undefined) return slice.view.effective(number);
  const { mode, settings } = alternative.resolved(number);
  return slice.view.present(mode, settings);
};

const beforeOf = ({ before }: Comparison, number: number): Resolved => before.resolved(number);

const afterOf = ({ after }: Comparison, number: number): Resolved | undefined =>
  after.isGone(number) ? undefined : after.resolved(number);

const inherited = (settings: Settings): Resolved => ({
  mode: settings.source === undefined ? 'unconfigured' : 'inherited',
  settings,
  passedDown: settings,
  hidden: false,
});

const count = (
  counted: Tallied,
  comparison: Comparison,
  before: Resolved,
  after: Resolved | undefined,
  projects: number,
): void => {
  if (projects === 0) return;
  if (isAffected(before, after)) counted.affected += projects;
  else counted.unaffected[reasonOf(comparison, before)] += projects;
  if (after !== undefined && isIncomplete(after.settings) && !isIncomplete(before.settings))
    counted.incomplete += projects;
};

/** Whether the effective `active` or `values` differ; for a project that goes, whether it had any. */
const isAffected = (before: Resolved, after: Resolved | undefined): boolean => {
  if (after === undefined) return before.settings.source !== undefined;
  return before.settings !== after.settings && !sameOutcome(before.settings, after.settings);
};

/** Whether two settings show the same toggle and the same values. */
export const sameOutcome = (one: Settings, other: Settings): boolean => {
  if (isActive(one) !== isActive(other)) return false;
  for (const [name, { value }] of one.slots) if (!sameFieldValue(value, other.slots.get(name)?.value)) return false;
  for (const [name, { value }] of other.slots)
    if (value !== undefined && one.slots.get(name)?.value === undefined) return false;
  return true;
};

const isActive = ({ toggle, missing }: Settings): boolean => toggle?.value === true && missing.length === 0;
const isIncomplete = ({ toggle, missing }: Settings): boolean => toggle?.value === true && missing.length > 0;

const sameLocks = (one: LocksInForce, other: LocksInForce): boolean => {
  if (one === other) return true;
  if ((one.whole === undefined) !== (other.whole === undefined) || one.fields.size !== other.fields.size) return false;
  for (const name of one.fields.keys()) if (!other.fields.has(name)) return false;
  return true;
};

/** The first reason that applies, judged on what was there before. */
const reasonOf = ({ view, root }: Comparison, { mode, settings }: Resolved): keyof Unaffected => {
  if (mode === 'custom') return 'custom';
  const isNearer = (scope: Settings['source']): boolean => {
    const number = scope === undefined ? undefined : view.tree.find(scope);
    return number !== undefined && number !== instance && number !== root && view.tree.isAtOrBelow(number, root);
  };
  if (isNearer(settings.locks.highest)) return 'locked';
  if (isNearer(settings.source)) return 'nearerDefault';
  return mode === 'partial' ? 'partial' : 'same';
};
