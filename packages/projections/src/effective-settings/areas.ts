import {
  initialSettings,
  type Resolved,
  resolveStep,
  type Settings,
  type SettingsState,
} from '@integration-settings/domain';
import type { ShapeCount, Tally } from './tally.ts';
import type { OwnIndex } from './own-index.ts';
import type { Tree } from './tree.ts';

/** The projects below a group up to the next groups with own settings or locks: all inherit the same. */
export interface Area {
  /** The group, or the scope asked about, whose passing down they inherit. */
  readonly number: number;
  /** Projects with nothing own. */
  readonly inheriting: number;
  /** Those with something own, by shape. */
  readonly shapes: readonly ShapeCount[];
}

/**
 * Cuts what lies at or below a scope into areas, without visiting projects: O(groups with own settings or locks).
 *
 * @param root - a group or the instance; that it was removed plays no part
 */
export const areasBelow = (tree: Tree, own: OwnIndex, tally: Tally, root: number): readonly Area[] => {
  const nodes = new Set<number>([root]);
  for (const number of own.groups) {
    if (tree.isWithin(number, root)) nodes.add(number);
  }
  const nested = new Map<number, number[]>();
  for (const number of nodes) {
    if (number === root) continue;
    let above = tree.parentOf(number);
    while (!nodes.has(above)) above = tree.parentOf(above);
    const list = nested.get(above);
    if (list === undefined) nested.set(above, [number]);
    else list.push(number);
  }
  return [...nodes].map((number) => areaOf(tree, tally, number, nested.get(number) ?? []));
};

const areaOf = (tree: Tree, tally: Tally, number: number, nested: readonly number[]): Area => {
  let projects = tree.projectsBelow(number);
  const counts = new Map<string, ShapeCount>();
  for (const [key, shape] of tally.below(number)) counts.set(key, { ...shape });
  for (const inner of nested) {
    projects -= tree.projectsBelow(inner);
    for (const [key, { count }] of tally.below(inner)) {
      const around = counts.get(key);
      if (around !== undefined) around.count -= count;
    }
  }
  const shapes = [...counts.values()].filter(({ count }) => count > 0);
  return { number, inheriting: shapes.reduce((rest, { count }) => rest - count, projects), shapes };
};

/** What a project with these own settings shows, below what is passed down. Its scope plays no part in what is compared. */
export const resolveBelow = (
  context: Parameters<typeof resolveStep>[0],
  above: Settings,
  state: SettingsState = initialSettings,
): Resolved => resolveStep(context, above, { scope: { project: '' }, state });
