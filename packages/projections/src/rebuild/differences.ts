import { DifferenceList, sameFieldValue, scopeKey } from '@integration-settings/domain';
import { counts, own } from '../effective-settings/queries.ts';
import type { EffectiveSettingsView } from '../effective-settings/view.ts';
import { sameSettings } from '../live/watchers.ts';
import type { EffectiveSettings, OwnSettings } from '../read-model.ts';

/** Compares two views of the same events, a part at a time, and collects what differs by integration and group. */
export class Differences {
  readonly #found = new DifferenceList();
  /** Shared documents that were found to be the same. */
  readonly #same = new WeakMap<EffectiveSettings, EffectiveSettings>();

  /** Each names an integration, or the tree, where, and some of the scopes. */
  get list(): readonly string[] {
    return this.#found.lines;
  }

  /** Compares a part of the scopes, by number; both views are at the same position. */
  compareScopes(one: EffectiveSettingsView, other: EffectiveSettingsView, from: number, to: number): void {
    const readable = [...other.slices.values()].filter(({ view }) => view !== undefined);
    for (let number = from; number < to; number += 1) {
      if (placeIn(one, number) !== placeIn(other, number)) this.#add('the tree', other, number);
      if (!isThere(one, number) || !isThere(other, number)) continue;
      for (const { slug } of readable) {
        if (!this.#isSameAt(one, other, number, slug)) this.#add(slug, other, number);
      }
    }
  }

  /** Compares what is counted over all projects; both views are at the same position. */
  compareCounts(one: EffectiveSettingsView, other: EffectiveSettingsView): void {
    for (const { slug, view } of other.slices.values()) {
      if (view === undefined) continue;
      const [counted, again] = [one, other].map((each) => JSON.stringify(counts(each, slug)));
      if (counted !== again) this.#found.note(`counts of ${slug}`);
    }
  }

  #isSameAt(one: EffectiveSettingsView, other: EffectiveSettingsView, number: number, slug: string): boolean {
    const [slice, again] = [one.slices.get(slug)!, other.slices.get(slug)!];
    if (!this.#areSame(slice.view!.effective(number), again.view!.effective(number))) return false;
    if (slice.own.get(number) === undefined && again.own.get(number) === undefined) return true;
    const scope = other.tree.refOf(number);
    return sameOwn(own(one, scope, slug), own(other, scope, slug));
  }

  #areSame(one: EffectiveSettings, other: EffectiveSettings): boolean {
    if (this.#same.get(one) === other) return true;
    const areSame = sameSettings(one, other) && one.setAt === other.setAt && one.position === other.position;
    if (areSame) this.#same.set(one, other);
    return areSame;
  }

  #add(what: string, { tree }: EffectiveSettingsView, number: number): void {
    const group = number < tree.size && tree.isProject(number) ? tree.parentOf(number) : number;
    const place = group < tree.size ? scopeKey(tree.refOf(group)) : `scope number ${group}`;
    this.#found.note(`${what} in ${place}`, number < tree.size ? scopeKey(tree.refOf(number)) : 'too many');
  }
}

const isThere = ({ tree }: EffectiveSettingsView, number: number): boolean =>
  number < tree.size && tree.isPresent(number);

/** Where a scope stands, as something to compare. */
const placeIn = (view: EffectiveSettingsView, number: number): string => {
  const { tree } = view;
  if (number >= tree.size) return '';
  const place = [tree.refOf(number), tree.isPresent(number), tree.refOf(tree.parentOf(number)), tree.nameOf(number)];
  return JSON.stringify([...place, tree.revisionOf(number).toString(), tree.projectsBelow(number)]);
};

const sameOwn = (one: OwnSettings, other: OwnSettings): boolean => {
  const names = new Set([...Object.keys(one.values), ...Object.keys(other.values)]);
  return (
    one.mode === other.mode &&
    one.active === other.active &&
    one.hidden === other.hidden &&
    one.revision === other.revision &&
    JSON.stringify(one.lock) === JSON.stringify(other.lock) &&
    [...names].every((name) => sameFieldValue(one.values[name], other.values[name]))
  );
};
