import type { ScopeRef } from '@integration-settings/domain';
import { IdIndex, IntegerPages, ObjectPages, type ObjectsImage, TextPages } from './pages.ts';

/** What is in a tree. */
export interface TreeImage {
  /** By number; the first is the instance's, and empty. */
  readonly ids: Iterable<string>;
  /** Those that cannot be told from the id, by number. */
  readonly names: Iterable<ObjectsImage<string>>;
  /** Of each kind of link, in pages by number. */
  readonly links: readonly (readonly Int32Array[])[];
}

/** The dense number of the instance. */
export const instance = 0;

const isProject = 1;
const isRemoved = 2;
const hasName = 4;
const nameIsLastPart = 8;
const hasOwnSettings = 16;
/** A place holds the parent's number above the flags, so that one look tells both. */
const flagBits = 5;
const flagMask = (1 << flagBits) - 1;

/**
 * Groups and projects as dense numbers with their links in pages of integers; number 0 is the instance.
 *
 * Moving or removing a group relinks one node and the counters above it. Whether a scope is there is asked upwards: removing
 * a group takes all below it without visiting it.
 */
export class Tree {
  readonly #groups = new IdIndex();
  readonly #projects = new IdIndex();
  readonly #ids = new TextPages();
  readonly #names = new ObjectPages<string>();
  readonly #places = new IntegerPages();
  readonly #firstChild = new IntegerPages();
  readonly #nextSibling = new IntegerPages();
  readonly #previousSibling = new IntegerPages();
  readonly #projectsBelow = new IntegerPages();
  readonly #revision = new IntegerPages();
  readonly #refs = new Map<number, ScopeRef>();
  /** The group that was asked for last: the projects of one mostly come after each other, each with a text of its own for it. */
  #lastGroup: string | undefined;
  #lastGroupNumber: number | undefined;

  constructor() {
    this.#ids.push('');
    this.#refs.set(instance, 'instance');
  }

  /** One more than the highest number in use. */
  get size(): number {
    return this.#ids.length;
  }

  /** The number of a scope, there or removed; `undefined` where it was never registered. */
  find(scope: ScopeRef): number | undefined {
    // Faster than `in`, and calm where a host slips in something else.
    const { project, group } = (scope ?? {}) as { readonly project?: string; readonly group?: string };
    if (project !== undefined) return this.#projects.get(project);
    if (group !== undefined) return this.group(group);
    return scope === 'instance' ? instance : undefined;
  }

  project(id: string): number | undefined {
    return this.#projects.get(id);
  }

  group(id: string): number | undefined {
    if (id === this.#lastGroup) return this.#lastGroupNumber;
    const number = this.#groups.get(id);
    if (number !== undefined) [this.#lastGroup, this.#lastGroupNumber] = [id, number];
    return number;
  }

  /** The reference of a number: one frozen object for each group, a new one for a project. */
  refOf(number: number): ScopeRef {
    if (this.isProject(number)) return Object.freeze({ project: this.idOf(number) });
    const known = this.#refs.get(number);
    if (known !== undefined) return known;
    const ref: ScopeRef = Object.freeze({ group: this.idOf(number) });
    this.#refs.set(number, ref);
    return ref;
  }

  idOf(number: number): string {
    return this.#ids.get(number);
  }

  nameOf(number: number): string {
    const flags = this.#places.get(number);
    const id = this.idOf(number);
    if ((flags & nameIsLastPart) !== 0) return lastPart(id);
    return (flags & hasName) === 0 ? id : (this.#names.get(number) ?? id);
  }

  parentOf(number: number): number {
    return this.#places.get(number) >>> flagBits;
  }

  isProject(number: number): boolean {
    return (this.#places.get(number) & isProject) !== 0;
  }

  /** The parent's number of a project that was not removed and never had settings of its own; of anything else, -1. One look. */
  parentOfPlainProject(number: number): number {
    const place = this.#places.get(number);
    return (place & (isProject | isRemoved | hasOwnSettings)) === isProject ? place >>> flagBits : -1;
  }

  /** Notes that a scope has, or had, settings of its own. */
  markOwnSettings(number: number): void {
    this.#flag(number, hasOwnSettings);
  }

  /** Removed itself; a scope below a removed group is not marked. */
  isMarkedRemoved(number: number): boolean {
    return (this.#places.get(number) & isRemoved) !== 0;
  }

  /** Whether a scope and all above it are there. O(depth). */
  isPresent(number: number): boolean {
    for (let at = number; at !== instance;) {
      const place = this.#places.get(at);
      if ((place & isRemoved) !== 0) return false;
      at = place >>> flagBits;
    }
    return true;
  }

  isAtOrBelow(number: number, ancestor: number): boolean {
    let at = number;
    while (at !== ancestor && at !== instance) at = this.parentOf(at);
    return at === ancestor;
  }

  /** Whether a scope is the root or lies below it, with nothing removed in between; the root itself may be removed. */
  isWithin(number: number, root: number): boolean {
    let at = number;
    while (at !== root) {
      if (at === instance || this.isMarkedRemoved(at)) return false;
      at = this.parentOf(at);
    }
    return true;
  }

  /** Projects below a group or the instance; of a project, itself. */
  projectsBelow(number: number): number {
    return this.isProject(number) ? 1 : this.#projectsBelow.get(number);
  }

  /** The numbers from the instance down to a scope, both included. */
  pathOf(number: number): readonly number[] {
    const path = [number];
    for (let at = number; at !== instance;) {
      at = this.parentOf(at);
      path.push(at);
    }
    return path.reverse();
  }

  /** The direct children that are there, newest first. */
  *childrenOf(number: number): Generator<number> {
    for (let child = this.#firstChild.get(number); child !== instance; child = this.#nextSibling.get(child))
      yield child;
  }

  /** The last revision of a scope's structure stream. */
  revisionOf(number: number): bigint {
    return BigInt(this.#revision.get(number) - 1);
  }

  recordRevision(number: number, revision: bigint): void {
    this.#revision.set(number, Number(revision) + 1);
  }

  /** Adds a scope. @returns its number */
  add(scope: Exclude<ScopeRef, 'instance'>, parent: number, name: string | undefined): number {
    const project = 'project' in scope;
    const id = project ? scope.project : scope.group;
    const number = this.#ids.push(id);
    (project ? this.#projects : this.#groups).add(id, number);
    const naming = name === undefined ? 0 : namingOf(name, id);
    if (naming === hasName) this.#names.set(number, name);
    this.#link(number, parent, (project ? isProject : 0) | naming);
    return number;
  }

  rename(number: number, name: string): void {
    const place = this.#places.get(number);
    const naming = namingOf(name, this.idOf(number));
    if (((place | naming) & hasName) !== 0) this.#names.set(number, naming === hasName ? name : undefined);
    this.#places.set(number, (place & ~(hasName | nameIsLastPart)) | naming);
  }

  move(number: number, parent: number): void {
    this.#unlink(number);
    this.#link(number, parent, this.#places.get(number) & flagMask);
  }

  /** Takes a scope out of its parent's children and counters, with all below it. It keeps its parent, to be found absent. */
  remove(number: number): void {
    this.#unlink(number);
    this.#flag(number, isRemoved);
  }

  /** What is in it now: nothing that comes later reaches it. */
  freeze(): TreeImage {
    return {
      ids: this.#ids.freeze(),
      names: this.#names.freeze(),
      links: this.#links().map((pages) => pages.freeze(this.size)),
    };
  }

  /** Takes over what is in another one. To be asked of an empty one. */
  restore({ ids, names, links }: TreeImage): void {
    let isInstance = true;
    for (const id of ids) {
      if (!isInstance) this.#ids.push(id);
      isInstance = false;
    }
    this.#names.restore(names);
    for (const [kind, pages] of this.#links().entries()) pages.restore(links[kind] ?? []);
    for (let number = 1; number < this.size; number += 1) {
      (this.isProject(number) ? this.#projects : this.#groups).add(this.idOf(number), number);
    }
  }

  /** STORED FORMAT. In the order in which snapshots have them. */
  #links(): readonly IntegerPages[] {
    const siblings = [this.#firstChild, this.#nextSibling, this.#previousSibling];
    return [this.#places, ...siblings, this.#projectsBelow, this.#revision];
  }

  #flag(number: number, flag: number): void {
    const place = this.#places.get(number);
    if ((place & flag) === 0) this.#places.set(number, place | flag);
  }

  #link(number: number, parent: number, flags: number): void {
    this.#places.set(number, (parent << flagBits) | flags);
    const next = this.#firstChild.get(parent);
    this.#nextSibling.set(number, next);
    this.#previousSibling.set(number, instance);
    if (next !== instance) this.#previousSibling.set(next, number);
    this.#firstChild.set(parent, number);
    this.#count(parent, (flags & isProject) === 0 ? this.#projectsBelow.get(number) : 1);
  }

  #unlink(number: number): void {
    const parent = this.parentOf(number);
    const next = this.#nextSibling.get(number);
    const previous = this.#previousSibling.get(number);
    if (previous === instance) this.#firstChild.set(parent, next);
    else this.#nextSibling.set(previous, next);
    if (next !== instance) this.#previousSibling.set(next, previous);
    this.#count(parent, -this.projectsBelow(number));
  }

  #count(from: number, projects: number): void {
    if (projects === 0) return;
    for (let at = from; ; at = this.parentOf(at)) {
      this.#projectsBelow.add(at, projects);
      if (at === instance) return;
    }
  }
}

const lastPart = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

/** How a name is kept: not at all where the id, or the last part of it, tells it. */
const namingOf = (name: string, id: string): number =>
  name === id ? 0 : name === lastPart(id) ? nameIsLastPart : hasName;
