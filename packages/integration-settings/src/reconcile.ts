import {
  CommandRejected,
  describeBadName,
  groupOrInstance,
  type IntegrationSettingsError,
  isCommandRejected,
  isIntegrationSettingsError,
  isScopeId,
  isSuperseded,
  type Issue,
  sameScope,
  scopeKey,
  type ScopeRef,
  type StructureCommand,
  TooManyRemovals,
} from '@integration-settings/domain';
import type { EffectiveSettingsView } from '@integration-settings/projections';
import type { Authorize } from './authorization.ts';
import { requireActor } from './command-options.ts';
import { type ExecuteTogether, Gathering, type Settled } from './gathering.ts';
import type { ReconcileOptions, ReconcileReport, TreeEntry } from './integration-settings.ts';
import { DraftTree, liveTree, type ReconciledTree } from './reconcile-tree.ts';

type Scope = Exclude<ScopeRef, 'instance'>;

/** How many entries are worked on at once: as many as the SQLite store commits together. */
const concurrency = 1000;

const instance = 0;

interface Report {
  registered: number;
  moved: number;
  renamed: number;
  removed: number;
  unchanged: number;
  readonly failed: { readonly entry: TreeEntry; readonly error: IntegrationSettingsError }[];
}

/** What a reconciliation reads, and what its commands need. */
export interface ReconciledWith {
  readonly view: EffectiveSettingsView;
  readonly execute: ExecuteTogether;
  readonly authorize: Authorize;
}

/** Brings the tree in step with the host's, as the docstring of the public call says. */
export const reconcile = async (
  { view, execute, authorize }: ReconciledWith,
  source: Iterable<TreeEntry> | AsyncIterable<TreeEntry>,
  options: ReconcileOptions,
): Promise<ReconcileReport> => {
  requireActor(options?.actor);
  requireSource(source);
  requireLimit(options.remove);
  const tree = options.dryRun === true ? new DraftTree(view, authorize) : liveTree(view, execute);
  return new Reconciliation(view, tree, options).run(source);
};

/** @throws CommandRejected `InvalidCommand` */
const requireSource = (source: unknown): void => {
  const { [Symbol.iterator]: each, [Symbol.asyncIterator]: next } = Object(source) as Partial<
    Iterable<unknown> & AsyncIterable<unknown>
  >;
  if (typeof each === 'function' || typeof next === 'function') return;
  const issues = [{ field: 'tree', message: 'is not iterable; expected entries' }];
  throw new CommandRejected('InvalidCommand', 'The source is malformed.', issues);
};

/** @throws CommandRejected `InvalidCommand`: what is no number would be no limit */
const requireLimit = (remove: ReconcileOptions['remove']): void => {
  if (remove === undefined || typeof remove === 'boolean') return;
  const atMost: unknown = remove?.atMost;
  if (typeof atMost === 'number' && atMost >= 0) return;
  throw new CommandRejected('InvalidCommand', 'The limit of removals is malformed.', [
    { field: 'remove.atMost', message: `is ${String(atMost)}; expected a number of scopes` },
  ]);
};

class Reconciliation {
  readonly #view: EffectiveSettingsView;
  readonly #tree: ReconciledTree;
  readonly #gathering: Gathering<(settled: Settled<unknown>) => void, unknown>;
  readonly #options: ReconcileOptions;
  readonly #report: Report = { registered: 0, moved: 0, renamed: 0, removed: 0, unchanged: 0, failed: [] };
  /** What had been registered before the call has a lower number. */
  readonly #before: number;
  /** What entries are for, and the parents that they name, whatever becomes of the entries. */
  readonly #inSource = new Set<string>();
  /** Of an entry nobody can tell what it is for: it may be anything that seems to be missing. */
  #isSourceUnclear = false;
  readonly #waitingForParent = new Map<string, TreeEntry[]>();
  readonly #underWay = new Set<Promise<void>>();
  /** Lets the next entry begin. */
  #freed: (() => void) | undefined;
  /** The last entry under way for each scope: several for one go one after the other. */
  readonly #last = new Map<string, Promise<void>>();
  #failure: { readonly error: unknown } | undefined;
  /** Moves that would close a circle as long as others have not been made, or that met others under way. */
  #postponed: TreeEntry[] = [];

  constructor(view: EffectiveSettingsView, tree: ReconciledTree, options: ReconcileOptions) {
    this.#view = view;
    this.#tree = tree;
    this.#gathering = new Gathering(tree.execute, (settle, settled) => settle(settled));
    this.#options = options;
    this.#before = view.tree.size;
  }

  async run(source: Iterable<TreeEntry> | AsyncIterable<TreeEntry>): Promise<ReconcileReport> {
    try {
      for await (const entry of source) {
        this.#options.signal?.throwIfAborted();
        await this.#offer(entry);
        if (this.#failure !== undefined) break;
      }
    } finally {
      await this.#settled();
    }
    await this.#retryPostponed();
    this.#failOrphans();
    if (this.#failure !== undefined) throw this.#failure.error;
    const { remove = false } = this.#options;
    if (remove !== false && !this.#isSourceUnclear) await this.#remove(remove === true ? undefined : remove.atMost);
    return this.#reported();
  }

  async #offer(entry: TreeEntry): Promise<void> {
    const issues = faultsOf(entry);
    const isClear = this.#noteNamed(entry);
    if (issues.length > 0) {
      const text = `The entry is malformed${isClear ? '' : ', and what it is for cannot be told: nothing is removed'}.`;
      return this.#fail(entry, new CommandRejected('InvalidCommand', text, issues));
    }
    const parent = groupOrInstance(entry.parent);
    if (this.#tree.exists(parent)) return this.#begin(entry, parent);
    const waiting = this.#waitingForParent.get(scopeKey(parent));
    if (waiting === undefined) this.#waitingForParent.set(scopeKey(parent), [entry]);
    else waiting.push(entry);
  }

  /** @returns whether the entry, also a malformed one, says what it is for */
  #noteNamed(entry: TreeEntry): boolean {
    const { project, group, parent } = Object(entry) as Readonly<Record<string, unknown>>;
    const isProject = isScopeId(project);
    const isGroup = isScopeId(group);
    if (isProject) this.#inSource.add(scopeKey({ project }));
    if (isGroup) this.#inSource.add(scopeKey({ group }));
    if (isScopeId(parent)) this.#inSource.add(scopeKey({ group: parent }));
    this.#isSourceUnclear ||= !isProject && !isGroup;
    return isProject || isGroup;
  }

  async #begin(entry: TreeEntry, parent: ScopeRef): Promise<void> {
    this.#spawn(entry, parent);
    if (this.#underWay.size >= concurrency) await new Promise<void>((resolve) => (this.#freed = resolve));
  }

  #spawn(entry: TreeEntry, parent: ScopeRef): void {
    const scope = scopeOfEntry(entry);
    const key = scopeKey(scope);
    const earlier = this.#last.get(key) ?? Promise.resolve();
    const running = earlier
      .then(() => this.#bring(entry, scope, parent))
      .catch((error: unknown) => this.#note(entry, error))
      .finally(() => {
        this.#underWay.delete(running);
        this.#freed?.();
        if (this.#last.get(key) === running) this.#last.delete(key);
      });
    this.#last.set(key, running);
    this.#underWay.add(running);
  }

  async #settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Registers, moves and renames one scope; then those that waited for it. */
  async #bring(entry: TreeEntry, scope: Scope, parent: ScopeRef): Promise<void> {
    const state = this.#tree.stateOf(scope);
    if (state.status !== 'present') {
      await this.#do(registering(scope, entry));
      this.#report.registered += 1;
    } else {
      const isMoved = !sameScope(state.parent, parent);
      if (isMoved) await this.#do(moving(scope, entry.parent));
      if (isMoved) this.#report.moved += 1;
      const newName = entry.name === state.name ? undefined : entry.name;
      if (newName !== undefined) await this.#do(renaming(scope, newName));
      if (newName !== undefined) this.#report.renamed += 1;
      if (!isMoved && newName === undefined) this.#report.unchanged += 1;
    }
    const key = scopeKey(scope);
    const waiting = this.#waitingForParent.get(key) ?? [];
    this.#waitingForParent.delete(key);
    for (const child of waiting) this.#spawn(child, scope);
  }

  async #do(command: StructureCommand): Promise<void> {
    const { actor, reason, signal } = this.#options;
    const given = {
      actor,
      ...(reason === undefined ? {} : { reason }),
      ...(signal === undefined ? {} : { signal }),
    };
    await new Promise<void>((resolve, reject) => {
      this.#gathering.join({ command, options: given }, (settled) => {
        if (settled.status === 'fulfilled') resolve();
        else reject(settled.reason as Error);
      });
    });
  }

  #note(entry: TreeEntry, error: unknown): void {
    if (isSuperseded(error) || (isCommandRejected(error) && error.reason === 'WouldCycle')) this.#postponed.push(entry);
    else if (isIntegrationSettingsError(error)) this.#fail(entry, error);
    else this.#failure ??= { error };
  }

  #fail(entry: TreeEntry, error: IntegrationSettingsError): void {
    this.#report.failed.push({ entry, error });
  }

  /** A circle opens when one of its scopes has moved out, so moves are tried again as long as one succeeds. */
  async #retryPostponed(): Promise<void> {
    while (this.#postponed.length > 0 && this.#failure === undefined) {
      const entries = this.#postponed;
      this.#postponed = [];
      for (const entry of entries) await this.#begin(entry, groupOrInstance(entry.parent));
      await this.#settled();
      if (this.#postponed.length < entries.length) continue;
      for (const entry of this.#postponed.splice(0)) {
        this.#fail(
          entry,
          new CommandRejected('WouldCycle', `"${scopeKey(scopeOfEntry(entry))}" cannot move below itself.`),
        );
      }
    }
  }

  #failOrphans(): void {
    for (const [parent, entries] of this.#waitingForParent) {
      const error = new CommandRejected('UnknownScope', `There is no scope "${parent}".`);
      for (const entry of entries) this.#fail(entry, error);
    }
  }

  async #remove(given: number | undefined): Promise<void> {
    const { tree } = this.#view;
    const missing: number[] = [];
    /** What the source names, and all above it: a group with something kept below it cannot go. */
    const needed = new Set<number>([instance]);
    const keep = (number: number): void => {
      for (let at = number; !needed.has(at); at = this.#tree.parentOf(at)) needed.add(at);
    };
    let present = 0;
    for (let number = 1; number < this.#before; number += 1) {
      if (!tree.isPresent(number)) continue;
      present += 1;
      if (this.#inSource.has(scopeKey(tree.refOf(number)))) keep(number);
      else missing.push(number);
    }
    for (let number = this.#before; number < tree.size; number += 1) {
      if (tree.isPresent(number)) keep(number);
    }
    const atMost = given ?? Math.floor(present / 10);
    const removable = missing.filter((number) => !needed.has(number));
    if (removable.length > atMost) throw new TooManyRemovals(removable.length, atMost, this.#reported());
    for (const [number, size] of topmost(this.#tree, new Set(removable))) {
      const scope = tree.refOf(number) as Scope;
      const entry: TreeEntry =
        'project' in scope ? { project: scope.project, parent: null } : { group: scope.group, parent: null };
      try {
        await this.#do(
          'project' in scope ? { type: 'RemoveProject', data: scope } : { type: 'RemoveGroup', data: scope },
        );
        this.#report.removed += size;
      } catch (error) {
        this.#note(entry, error);
      }
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #reported(): ReconcileReport {
    return Object.freeze({ ...this.#report, failed: Object.freeze([...this.#report.failed]) });
  }
}

/** The scopes whose parents stay, with how many go with each. */
const topmost = (tree: ReconciledTree, removable: ReadonlySet<number>): ReadonlyMap<number, number> => {
  const sizes = new Map<number, number>();
  for (const number of removable) {
    let top = number;
    while (removable.has(tree.parentOf(top))) top = tree.parentOf(top);
    sizes.set(top, (sizes.get(top) ?? 0) + 1);
  }
  return sizes;
};

const scopeOfEntry = (entry: TreeEntry): Scope =>
  'project' in entry ? { project: entry.project } : { group: entry.group };

const registering = (scope: Scope, { parent, name }: TreeEntry): StructureCommand => {
  const named = name === undefined ? {} : { name };
  return 'project' in scope
    ? { type: 'RegisterProject', data: { project: scope.project, group: parent, ...named } }
    : { type: 'RegisterGroup', data: { group: scope.group, parent, ...named } };
};

const moving = (scope: Scope, parent: string | null): StructureCommand =>
  'project' in scope
    ? { type: 'TransferProject', data: { project: scope.project, group: parent } }
    : { type: 'MoveGroup', data: { group: scope.group, parent } };

const renaming = (scope: Scope, name: string): StructureCommand =>
  'project' in scope
    ? { type: 'RenameProject', data: { project: scope.project, name } }
    : { type: 'RenameGroup', data: { group: scope.group, name } };

const faultsOf = (entry: TreeEntry): readonly Issue[] => {
  if (typeof entry !== 'object' || entry === null) return [{ field: 'entry', message: 'is not an object' }];
  const { project, group, parent, name } = entry as Readonly<Record<string, unknown>>;
  const issues: Issue[] = [];
  if ((project === undefined) === (group === undefined))
    issues.push({ field: 'project', message: 'and "group": expected exactly one of them' });
  const texts = { project, group, ...(parent === null ? {} : { parent: parent ?? '' }), name };
  for (const [field, value] of Object.entries(texts)) {
    if (value === undefined) continue;
    const message = typeof value === 'string' ? describeBadName(value) : 'is not a string';
    if (message !== undefined) issues.push({ field, message });
  }
  return issues;
};
