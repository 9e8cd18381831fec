import {
  bulkReturns,
  groupDefaults,
  groupsWithDefaults,
  operationSeconds,
  ownSettings,
  soon,
  sweeps,
  sweptIntegrations,
} from './assumptions.ts';
import { day, end, hour, monthStart, year } from './calendar.ts';
import { integrationTypes, pickTypes } from './integration-types.ts';
import { groupsAbove, type Life } from './lives.ts';
import type { DefaultTimes } from './plan-defaults.ts';
import type { Times } from './plan-tree.ts';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';

/** A group of today's tree: the projects that are in it today, by index, and when each came. */
export interface GroupToday {
  readonly path: string;
  readonly members: { readonly life: number; readonly since: number }[];
}

export const groupsToday = (lives: readonly Life[], { arrivals, gone }: Times): readonly GroupToday[] => {
  const groups = new Map<string, GroupToday>();
  for (const [life, { path, moves }] of lives.entries()) {
    if (gone[life] !== Infinity) continue;
    for (const above of groupsAbove(moves.at(-1)?.to ?? path)) {
      const group = groups.get(above) ?? { path: above, members: [] };
      groups.set(above, group);
      group.members.push({ life, since: arrivals[life]!.at(-1)! });
    }
  }
  return [...groups.values()];
};

const isTopLevel = ({ path }: GroupToday): boolean => !path.includes('/');
const bySize = (one: GroupToday, other: GroupToday): number => other.members.length - one.members.length;

/** Plans the defaults of groups. Subjects are indexes of `groups`, details numbers of integrations. */
export const planGroupDefaults = (plan: Plan, groups: readonly GroupToday[], scale: number, random: Random): void => {
  const { topLevel, nested, minimumProjects, amongLargest } = groupsWithDefaults;
  const large = groups.filter((group) => isTopLevel(group) && group.members.length >= minimumProjects * scale);
  const largest = random.shuffled(large.toSorted(bySize).slice(0, amongLargest.of)).slice(0, amongLargest.atLeast);
  const below = random.shuffled(groups.filter((group) => !isTopLevel(group)));
  const chosen = [
    ...[...new Set([...largest, ...random.shuffled(large)])].slice(0, Math.round(large.length * topLevel)),
    ...below.slice(0, Math.round(below.length * nested)),
  ];
  const changes = (): number => Math.round(2 * random.next() * groupDefaults.years * groupDefaults.changesAYear);
  for (const group of chosen) {
    const subject = groups.indexOf(group);
    const since = Math.min(...group.members.map((member) => member.since)) + hour;
    for (const type of pickTypes('group', random.around(groupDefaults.integrations), random)) {
      const set = Math.max(since, random.between(end - 2 * groupDefaults.years * year, end - day));
      let last = set;
      plan.add(set, 'group default set', subject, type);
      for (let left = changes(); left > 0; left -= 1) {
        const changed = random.between(set + hour, end);
        last = Math.max(last, changed);
        plan.add(changed, 'group default changed', subject, type);
      }
      if (random.chance(groupDefaults.removedShare)) {
        plan.add(random.between(last, end), 'group default removed', subject, type);
      }
    }
  }
};

/**
 * Plans the own settings of a share of the projects. Subjects are indexes of projects, details numbers of integrations.
 *
 * @param share - of the projects that are there today; those that are gone can be among the chosen ones
 */
export const planOwnSettings = (
  plan: Plan,
  { arrivals, gone }: Times,
  share: number,
  defaults: DefaultTimes,
  random: Random,
): void => {
  const owners = Math.round(gone.filter((second) => second === Infinity).length * share);
  for (const project of random.shuffled([...gone.keys()]).slice(0, owners)) {
    const born = arrivals[project]![0]!;
    const until = Math.min(gone[project]!, end);
    for (const type of pickTypes('project', random.around(ownSettings.integrations), random)) {
      const changes = (defaults.get(type) ?? []).filter((second) => second > born && second < until - day);
      const after = changes.length > 0 && random.chance(0.5) ? random.pick(changes) : born;
      const set = random.chance(soon.share)
        ? random.between(after + hour, Math.min(after + soon.days * day, until))
        : random.between(born + hour, until);
      const edits = Array.from({ length: random.around(ownSettings.edits) }, () => random.between(set + 1, until));
      const isReturned = random.chance(ownSettings.returnedShare);
      const back = isReturned ? random.between(Math.max(set, ...edits) + 1, until) : until;
      plan.add(set, 'own settings set', project, type);
      for (const second of edits) plan.add(second, 'own settings edited', project, type);
      if (random.chance(ownSettings.switchedOffShare)) {
        plan.add(random.between(set + 1, back), 'switched off by hand', project, type);
      }
      if (isReturned) plan.add(back, 'back to default', project, type);
    }
  }
};

/** What a sweep writes: which integration, and whether that is what its default says anyway. */
export const sweepOf = (sweep: number): { readonly type: number; readonly asDefault: boolean } => ({
  type: integrationTypes.indexOf(sweptIntegrations[(sweep >> 1) % sweptIntegrations.length]!),
  asDefault: sweep % 2 === 0,
});

/**
 * Plans sweeps over groups and, after some of them, returns to the default in bulk. Subjects are indexes of projects, details
 * numbers of sweeps.
 *
 * The groups are those of many draws that have, when they are swept, as many projects as the average group has today.
 */
export const planSweeps = (plan: Plan, groups: readonly GroupToday[], scale: number, random: Random): void => {
  const large = groups.filter((group) => isTopLevel(group) && group.members.length >= sweeps.minimumProjects * scale);
  const count = Math.min(sweeps.count, large.length);
  const average = large.reduce((sum, { members }) => sum + members.length, 0) / large.length;
  const [from, to] = [monthStart(sweeps.fromMonth), monthStart(sweeps.toMonth)];
  const draw = () =>
    random
      .shuffled(large)
      .slice(0, count)
      .map(({ members }) => {
        const begun = random.between(from, to);
        return { begun, projects: members.filter(({ since }) => since < begun).map(({ life }) => life) };
      });
  const distance = (drawn: ReturnType<typeof draw>): number =>
    Math.abs(drawn.reduce((sum, { projects }) => sum + projects.length, 0) - average * count);
  let drawn = draw();
  for (let again = 1; again < sweeps.draws; again += 1) {
    const other = draw();
    if (distance(other) < distance(drawn)) drawn = other;
  }
  for (const [sweep, { begun, projects }] of drawn.entries()) {
    for (const [place, project] of projects.entries()) {
      plan.add(begun + (place / projects.length) * operationSeconds, 'sweep', project, sweep);
    }
  }
  const size = Math.round(bulkReturns.projects * scale);
  const undoable = [...drawn.entries()].filter(([, { projects }]) => projects.length >= size);
  for (const [sweep, { begun, projects }] of random.shuffled(undoable).slice(0, bulkReturns.count)) {
    const start = begun + random.between(hour + operationSeconds, bulkReturns.withinMonths * (year / 12));
    for (const [place, project] of random.shuffled(projects).slice(0, size).entries()) {
      plan.add(start + (place / size) * operationSeconds, 'bulk return to default', project, sweep);
    }
  }
};
