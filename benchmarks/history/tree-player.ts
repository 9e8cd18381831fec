import type { Command } from '@integration-settings/domain';
import { renamedGroups } from './assumptions.ts';
import { groupOf, groupsAbove, type Life, nameOf } from './lives.ts';

/** Numbers that are given out once: ids of groups and projects of a whole history. */
export class Numbers {
  #last = 0;

  next(): number {
    this.#last += 1;
    return this.#last;
  }
}

export interface Ids {
  readonly groups: Numbers;
  readonly projects: Numbers;
}

/** Where the projects and groups are that deeds are about. */
export interface Places {
  /** The id of a project that is there. */
  projectId(index: number): string | undefined;
  /** The id of a group that is there, by its path. */
  groupId(path: string): string | undefined;
  /** Where a project is, or will be created. */
  pathOf(index: number): string;
}

interface Group {
  readonly id: string;
  /** Groups and projects directly in it. */
  children: number;
}

/** Turns what happens to the projects of a tree into commands; a group is there from its first project on until its last has left for good. */
export class TreePlayer implements Places {
  readonly #lives: readonly Life[];
  readonly #ids: Ids;
  readonly #site: string | undefined;
  readonly #groups = new Map<string, Group>();
  /** How many arrivals are still to come, by path of a group. */
  readonly #toCome: Map<string, number>;
  /** 0: not there. */
  readonly #projects: Uint32Array;
  /** How many of its moves a project has made. */
  readonly #steps: Uint8Array;

  /** @param site - the name of a top-level group that everything lies in */
  constructor(lives: readonly Life[], ids: Ids, site?: string) {
    this.#lives = lives;
    this.#ids = ids;
    this.#site = site;
    this.#toCome = arrivalsOf(lives);
    this.#projects = new Uint32Array(lives.length);
    this.#steps = new Uint8Array(lives.length);
  }

  projectId(index: number): string | undefined {
    const id = this.#projects[index]!;
    return id === 0 ? undefined : String(id);
  }

  /** By its path below the site; `''` is the site. */
  groupId(path: string): string | undefined {
    return this.#groups.get(path)?.id;
  }

  pathOf(index: number): string {
    const { path, moves } = this.#lives[index]!;
    return moves[this.#steps[index]! - 1]?.to ?? path;
  }

  *created(index: number): Generator<Command> {
    const path = this.pathOf(index);
    yield* this.#arrive(path);
    const id = this.#ids.projects.next();
    this.#projects[index] = id;
    const group = this.#groups.get(groupOf(path))?.id ?? null;
    yield { type: 'RegisterProject', data: { project: String(id), group, name: nameOf(path) } };
  }

  *moved(index: number): Generator<Command> {
    const project = String(this.#projects[index]!);
    const from = this.pathOf(index);
    const { nameFirst } = this.#lives[index]!.moves[this.#steps[index]!]!;
    this.#steps[index]! += 1;
    const to = this.pathOf(index);
    yield* this.#arrive(to);
    const steps: Command[] = [];
    if (groupOf(from) !== groupOf(to)) {
      steps.push({ type: 'TransferProject', data: { project, group: this.#groups.get(groupOf(to))?.id ?? null } });
    }
    if (nameOf(from) !== nameOf(to)) steps.push({ type: 'RenameProject', data: { project, name: nameOf(to) } });
    yield* nameFirst ? steps.toReversed() : steps;
    yield* this.#leave(from);
  }

  *removed(index: number): Generator<Command> {
    yield { type: 'RemoveProject', data: { project: String(this.#projects[index]!) } };
    this.#projects[index] = 0;
    yield* this.#leave(this.pathOf(index));
  }

  /** The whole group gets another name, and its projects so another path. */
  *renamed(rename: number): Generator<Command> {
    const { from, to } = renamedGroups[rename]!;
    const group = this.#groups.get(from)!;
    this.#groups.delete(from);
    this.#groups.set(to, group);
    for (const [index, { moves }] of this.#lives.entries()) {
      if (moves[this.#steps[index]!]?.rename === rename) this.#steps[index]! += 1;
    }
    yield { type: 'RenameGroup', data: { group: group.id, name: to } };
  }

  /** Makes the groups on the way to a path. */
  *#arrive(path: string): Generator<Command> {
    const above = groupsAbove(path);
    if (this.#site !== undefined) yield* this.#ensure('', this.#site, undefined);
    let parent = this.#site === undefined ? undefined : '';
    for (const group of above) {
      this.#toCome.set(group, this.#toCome.get(group)! - 1);
      yield* this.#ensure(group, nameOf(group), parent);
      parent = group;
    }
    if (parent !== undefined) this.#groups.get(parent)!.children += 1;
  }

  *#ensure(path: string, name: string, parent: string | undefined): Generator<Command> {
    if (this.#groups.has(path)) return;
    const group: Group = { id: String(this.#ids.groups.next()), children: 0 };
    this.#groups.set(path, group);
    const above = parent === undefined ? undefined : this.#groups.get(parent)!;
    if (above !== undefined) above.children += 1;
    yield { type: 'RegisterGroup', data: { group: group.id, parent: above?.id ?? null, name } };
  }

  /** Takes a project, or a group, out of its group, and the group away where nothing is left in it or to come. */
  *#leave(path: string): Generator<Command> {
    const above = groupOf(path);
    const group = this.#groups.get(above);
    if (group === undefined) return;
    group.children -= 1;
    if (group.children > 0 || above === '' || this.#toCome.get(above)! > 0) return;
    this.#groups.delete(above);
    yield { type: 'RemoveGroup', data: { group: group.id } };
    yield* this.#leave(above);
  }
}

/** How often a project comes to each group, or to one below it, by itself: a rename brings nobody. */
const arrivalsOf = (lives: readonly Life[]): Map<string, number> => {
  const arrivals = new Map<string, number>();
  for (const { path, moves } of lives) {
    const paths = [path, ...moves.filter(({ rename }) => rename === undefined).map(({ to }) => to)];
    for (const group of paths.flatMap(groupsAbove)) arrivals.set(group, (arrivals.get(group) ?? 0) + 1);
  }
  return arrivals;
};
