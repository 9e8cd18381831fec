import type { Command } from '@integration-settings/domain';
import { lastMonthOfTree, monthStart } from './calendar.ts';
import type { Times } from './plan-tree.ts';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';
import type { Ids, Places } from './tree-player.ts';

/** Plans personal projects, created evenly until the tree is as it is today. */
export const planPersonalProjects = (plan: Plan, count: number, random: Random): Times => {
  const each = monthStart(lastMonthOfTree) / count;
  const arrivals = Array.from({ length: count }, (_, index) => [(index + random.next()) * each]);
  for (const [index, [born]] of arrivals.entries()) plan.add(born!, 'project created', index);
  return { arrivals, gone: arrivals.map(() => Infinity) };
};

/** Personal namespaces with one project each. */
export class PersonalTree implements Places {
  readonly #ids: Ids;
  /** 0: not there. */
  readonly #projects: Uint32Array;

  constructor(count: number, ids: Ids) {
    this.#ids = ids;
    this.#projects = new Uint32Array(count);
  }

  projectId(index: number): string | undefined {
    const id = this.#projects[index]!;
    return id === 0 ? undefined : String(id);
  }

  /** No group has a default. */
  groupId(): undefined {
    return undefined;
  }

  pathOf(index: number): string {
    return `user-${String(index + 1).padStart(7, '0')}/project`;
  }

  *created(index: number): Generator<Command> {
    const group = String(this.#ids.groups.next());
    const [name = ''] = this.pathOf(index).split('/');
    yield { type: 'RegisterGroup', data: { group, parent: null, name } };
    const project = this.#ids.projects.next();
    this.#projects[index] = project;
    yield { type: 'RegisterProject', data: { project: String(project), group, name: 'project' } };
  }
}
