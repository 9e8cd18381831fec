import type { Command } from '@integration-settings/domain';
import type { Ids } from './tree-player.ts';

/** GitLab's documented most of nested groups, with projects in the innermost. */
export const chain = { groups: 20, projects: 200 };
/** A tree for which a propagation of defaults was reported to time out: subgroups of one group, and projects spread over them. */
export const timedOut = { groups: 1_364, projects: 6_200 };
/** Groups beside each other with nothing in them. */
export const emptyGroups = 10_000;

/** Three small trees beside salsa's: `chain` nests deep, `timed-out` is wide, `empty` has only groups. */
export function* specialTrees(ids: Ids): Generator<Command> {
  const group = (name: string, parent: string | null): Extract<Command, { readonly type: 'RegisterGroup' }> => ({
    type: 'RegisterGroup',
    data: { group: String(ids.groups.next()), parent, name },
  });
  const project = (name: string, parent: string): Command => ({
    type: 'RegisterProject',
    data: { project: String(ids.projects.next()), group: parent, name },
  });

  let parent: string | null = null;
  for (let depth = 1; depth <= chain.groups; depth += 1) {
    const link = group(depth === 1 ? 'chain' : `level-${depth}`, parent);
    yield link;
    parent = link.data.group;
  }
  for (let number = 1; number <= chain.projects; number += 1) yield project(`project-${number}`, parent!);

  const wide = group('timed-out', null);
  yield wide;
  const below: string[] = [];
  for (let number = 1; number <= timedOut.groups; number += 1) {
    const subgroup = group(`subgroup-${number}`, wide.data.group);
    below.push(subgroup.data.group);
    yield subgroup;
  }
  for (let number = 1; number <= timedOut.projects; number += 1) {
    yield project(`project-${number}`, below[number % below.length]!);
  }

  const outer = group('empty', null);
  yield outer;
  for (let number = 1; number <= emptyGroups; number += 1) yield group(`subgroup-${number}`, outer.data.group);
}
