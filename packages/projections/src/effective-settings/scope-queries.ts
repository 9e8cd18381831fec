import type { ScopeRef } from '@integration-settings/domain';
import type { Page } from '../read-model.ts';
import { cursor, cursorOf, limitOf, numberOf } from './queries.ts';
import { instance } from './tree.ts';
import type { EffectiveSettingsView } from './view.ts';

/** One direct child of a scope. */
export interface ChildRow {
  readonly scope: ScopeRef;
  readonly name: string;
  /** At or below it. */
  readonly projects: number;
}

/** The view to ask about a scope, `itself` or what lies `below` it; throws where it is not to be asked. */
export type ViewFor = (scope: ScopeRef, reach: 'itself' | 'below') => EffectiveSettingsView;

/** What can be asked of the tree. */
export class ScopeQueries {
  readonly #viewFor: ViewFor;
  /** The children of the group paged last, in order, and the position they were read at. */
  #listed: { readonly parent: number; readonly position: bigint; readonly children: readonly number[] } | undefined;

  /** @param viewFor - asked anew for each call */
  constructor(viewFor: ViewFor) {
    this.#viewFor = viewFor;
  }

  exists(scope: ScopeRef): boolean {
    return this.#viewFor(scope, 'itself').exists(scope);
  }

  name(scope: ScopeRef): string {
    const view = this.#viewFor(scope, 'itself');
    return view.tree.nameOf(numberOf(view, scope));
  }

  /** Of the instance: `undefined`. */
  parent(scope: ScopeRef): ScopeRef | undefined {
    const view = this.#viewFor(scope, 'itself');
    const number = numberOf(view, scope);
    return number === instance ? undefined : view.tree.refOf(view.tree.parentOf(number));
  }

  /** The instance first, the scope last. */
  path(scope: ScopeRef): readonly ScopeRef[] {
    const view = this.#viewFor(scope, 'itself');
    return Object.freeze(view.tree.pathOf(numberOf(view, scope)).map((number) => view.tree.refOf(number)));
  }

  /** Groups first, then projects, each in the order of registration. */
  children(scope: ScopeRef, options: { readonly after?: string; readonly limit?: number } = {}): Page<ChildRow> {
    const view = this.#viewFor(scope, 'below');
    const { tree } = view;
    const parent = numberOf(view, scope);
    const limit = limitOf(options.limit);
    const children = this.#childrenOf(view, parent);
    const after = cursorOf(options.after);
    const rankOf = (number: number): number => (tree.isProject(number) ? 1 : 0);
    const follows = (number: number): boolean =>
      after === -1 || rankOf(number) > rankOf(after) || (rankOf(number) === rankOf(after) && number > after);
    let from = 0;
    for (let to = children.length; from < to;) {
      const middle = (from + to) >>> 1;
      const child = children[middle];
      if (child === undefined || follows(child)) to = middle;
      else from = middle + 1;
    }
    const page = children.slice(from, from + limit);
    const items = page.map((number) =>
      Object.freeze({ scope: tree.refOf(number), name: tree.nameOf(number), projects: tree.projectsBelow(number) }),
    );
    const last = from + limit < children.length ? page.at(-1) : undefined;
    return Object.freeze({ items: Object.freeze(items), next: last === undefined ? undefined : cursor(last) });
  }

  /** Of the scope's structure stream, for `expectedRevision` of moves, renames and removals. */
  revision(scope: ScopeRef): bigint | 'no_stream' {
    const view = this.#viewFor(scope, 'itself');
    const number = numberOf(view, scope);
    return number === instance ? 'no_stream' : view.tree.revisionOf(number);
  }

  /** Scopes with the text in their id or name, case ignored; those that begin with it first, each in the order of registration. Other work gets its turn in between. */
  async find(
    text: string,
    options: { readonly within?: ScopeRef; readonly limit?: number; readonly signal?: AbortSignal } = {},
  ): Promise<readonly { readonly scope: ScopeRef; readonly name: string }[]> {
    const { within: place = 'instance' } = options;
    const view = this.#viewFor(place, 'below');
    const { tree } = view;
    const within = numberOf(view, place);
    const limit = limitOf(options.limit);
    const sought = text.toLowerCase();
    const beginning: number[] = [];
    const containing: number[] = [];
    for (let number = 1; number < tree.size && beginning.length < limit; number += 1) {
      if (number % 16_384 === 0) await nextTurn();
      options.signal?.throwIfAborted();
      const id = tree.idOf(number).toLowerCase();
      const name = tree.nameOf(number).toLowerCase();
      if (!id.includes(sought) && !name.includes(sought)) continue;
      if (!tree.isPresent(number) || !tree.isAtOrBelow(number, within)) continue;
      if (id.startsWith(sought) || name.startsWith(sought)) beginning.push(number);
      else if (containing.length < limit) containing.push(number);
    }
    const found = [...beginning, ...containing].slice(0, limit);
    return Object.freeze(
      found.map((number) => Object.freeze({ scope: tree.refOf(number), name: tree.nameOf(number) })),
    );
  }

  #childrenOf({ position, tree }: EffectiveSettingsView, parent: number): readonly number[] {
    if (this.#listed?.parent === parent && this.#listed.position === position) return this.#listed.children;
    const groups: number[] = [];
    const projects: number[] = [];
    for (const child of tree.childrenOf(parent)) (tree.isProject(child) ? projects : groups).push(child);
    const ascending = (one: number, other: number): number => one - other;
    const children = [...groups.sort(ascending), ...projects.sort(ascending)];
    this.#listed = { parent, position, children };
    return children;
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
