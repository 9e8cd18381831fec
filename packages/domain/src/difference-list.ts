/** Of how many places is told. */
const mostPlaces = 100;
/** How many scopes of each place are named. */
const mostNamed = 10;

/**
 * Collects in what two read models of the same events differ, in bounded memory, and tells it the same way whatever they are:
 * by integration and group, with the first scopes of each.
 */
export class DifferenceList {
  readonly #places = new Map<string, { readonly named: string[]; others: number }>();
  #elsewhere = 0;

  /** Notes that they differ in a place, such as `jira in group/7`, and at which scope of it. */
  note(place: string, scope?: string): void {
    let found = this.#places.get(place);
    if (found === undefined) {
      if (this.#places.size === mostPlaces) {
        this.#elsewhere += 1;
        return;
      }
      this.#places.set(place, (found = { named: [], others: 0 }));
    }
    if (scope === undefined) return;
    if (found.named.length < mostNamed) found.named.push(scope);
    else found.others += 1;
  }

  /** Such as `jira in group/7: project/42, project/43 and 5 more`, in the order they were noted; at last how many differ elsewhere. */
  get lines(): readonly string[] {
    const lines = [...this.#places].map(([place, { named, others }]) => {
      if (named.length === 0) return place;
      return `${place}: ${named.join(', ')}${others === 0 ? '' : ` and ${others} more`}`;
    });
    return Object.freeze(this.#elsewhere === 0 ? lines : [...lines, `and ${this.#elsewhere} more elsewhere`]);
  }
}
