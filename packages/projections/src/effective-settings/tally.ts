import { type Mode, type ReadingContext, type SettingsState, understand } from '@integration-settings/domain';
import type { OwnIndex } from './own-index.ts';
import { instance, type Tree } from './tree.ts';

/** Projects whose own settings have the same shape: the same fields own, the same of them empty, the same toggle. */
export interface ShapeCount {
  /** One of them: wherever they stand, mode and completeness come out the same for all. */
  readonly sample: SettingsState;
  readonly kind: Extract<Mode, 'custom' | 'partial'>;
  count: number;
}

/**
 * For each group and the instance, how many projects below have own settings of which shape; sums over the subtree, so that a
 * moved group takes its sums along and no project is visited. A removed group keeps its sums, and adds to none above.
 *
 * Made when first asked for, then kept up with each event.
 */
export class Tally {
  readonly #tree: Tree;
  readonly #context: ReadingContext;
  readonly #below = new Map<number, Map<string, ShapeCount>>();

  constructor(tree: Tree, context: ReadingContext, own: OwnIndex) {
    this.#tree = tree;
    this.#context = context;
    for (const number of own.projects) {
      if (!tree.isMarkedRemoved(number)) this.#add(tree.parentOf(number), own.stateOf(number), 1);
    }
  }

  /** The shapes below a group or the instance. */
  below(number: number): ReadonlyMap<string, ShapeCount> {
    return this.#below.get(number) ?? new Map();
  }

  /** A project's own settings changed. */
  change(number: number, before: SettingsState, after: SettingsState): void {
    const parent = this.#tree.parentOf(number);
    this.#add(parent, before, -1);
    this.#add(parent, after, 1);
  }

  /** Takes a scope out before it leaves its parent, or puts it in after it came to another. */
  relink(number: number, state: SettingsState, sign: 1 | -1): void {
    const parent = this.#tree.parentOf(number);
    if (this.#tree.isProject(number)) this.#add(parent, state, sign);
    else
      for (const [key, { sample, kind, count }] of this.below(number))
        this.#count(parent, key, sample, kind, sign * count);
  }

  #add(parent: number, state: SettingsState, sign: 1 | -1): void {
    if (state.own !== undefined) this.#count(parent, this.#shapeOf(state), state, state.own.kind, sign);
  }

  #count(from: number, key: string, sample: SettingsState, kind: ShapeCount['kind'], difference: number): void {
    for (let at = from; ; at = this.#tree.parentOf(at)) {
      let shapes = this.#below.get(at);
      if (shapes === undefined) this.#below.set(at, (shapes = new Map()));
      const shape = shapes.get(key);
      if (shape === undefined) shapes.set(key, { sample, kind, count: difference });
      else {
        shape.count += difference;
        if (shape.count === 0) shapes.delete(key);
      }
      if (at === instance || this.#tree.isMarkedRemoved(at)) return;
    }
  }

  #shapeOf(state: SettingsState): string {
    const { own } = state;
    if (own === undefined) return '';
    let key = `${own.kind} ${own.active === undefined ? '' : own.active.value}`;
    for (const [name, { value }] of understand(this.#context, 'instance', state.era, own)) {
      key += value === undefined ? ` -${name}` : ` +${name}`;
    }
    return key;
  }
}
