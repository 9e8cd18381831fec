import {
  nothingAbove,
  type ReadingContext,
  type Resolved,
  resolveStep,
  type Settings,
  type SettingsState,
} from '@integration-settings/domain';
import { instance } from './tree.ts';
import type { EffectiveSettingsView, ReadableSlice } from './view.ts';

/** How the view would differ: one scope says something else, stands elsewhere, or is not there. */
export interface Difference {
  readonly number: number;
  readonly state?: SettingsState;
  readonly parent?: number;
  readonly gone?: true;
  /** How often secrets would have been erased there; reaches documents anywhere. */
  readonly era?: number;
}

/**
 * What would be effective for one integration if the view differed in one thing: before an event that has taken effect, or
 * after a command that has not been given.
 */
export class Alternative {
  readonly context: ReadingContext;
  readonly difference: Difference | undefined;
  readonly #view: EffectiveSettingsView;
  readonly #slice: ReadableSlice;
  readonly #passed = new Map<number, Settings>();

  constructor(view: EffectiveSettingsView, slice: ReadableSlice, difference?: Difference) {
    this.#view = view;
    this.#slice = slice;
    this.difference = difference;
    const { context } = slice.view;
    const { number, era } = difference ?? {};
    this.context =
      era === undefined
        ? context
        : { ...context, eraOf: (scope) => (view.tree.find(scope) === number ? era : context.eraOf(scope)) };
  }

  stateOf(number: number): SettingsState {
    const { difference } = this;
    return difference?.number === number && difference.state !== undefined
      ? difference.state
      : this.#slice.own.stateOf(number);
  }

  /** Whether a scope is there; asked only of scopes that are there in one of the alternatives. */
  isGone(number: number): boolean {
    return this.difference?.gone === true && this.#view.tree.isAtOrBelow(number, this.difference.number);
  }

  passedDown(number: number): Settings {
    const known = this.#passed.get(number);
    if (known !== undefined) return known;
    const passed = this.resolved(number).passedDown;
    this.#passed.set(number, passed);
    return passed;
  }

  above(number: number): Settings {
    if (number === instance) return nothingAbove;
    const { difference } = this;
    const parent =
      difference?.number === number && difference.parent !== undefined
        ? difference.parent
        : this.#view.tree.parentOf(number);
    return this.passedDown(parent);
  }

  resolved(number: number): Resolved {
    return resolveStep(this.context, this.above(number), {
      scope: this.#view.tree.refOf(number),
      state: this.stateOf(number),
    });
  }
}
