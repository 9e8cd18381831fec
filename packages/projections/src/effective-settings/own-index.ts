import { initialSettings, type SettingsState } from '@integration-settings/domain';

/** What one settings stream says, and how far it has been folded. */
export interface OwnEntry {
  state: SettingsState;
  /** Of the settings stream. */
  revision: bigint;
}

/** The entries of an index as they were at one moment, in the order in which they came. */
export interface OwnImage extends Iterable<readonly [number: number, entry: OwnEntry]> {
  /** Ends it: until then the index keeps for it what it changes. */
  release(): void;
}

/**
 * The own settings of one integration, by scope number: only scopes that ever had some. Numbers of projects with something
 * own are also kept in order, for pages.
 */
export class OwnIndex {
  readonly #entries = new Map<number, OwnEntry>();
  readonly #groups = new OrderedNumbers();
  readonly #projects = new OrderedNumbers();
  /** Entries as they were when an image was taken, where they have changed since. */
  #before: Map<number, OwnEntry> | undefined;

  get(number: number): OwnEntry | undefined {
    return this.#entries.get(number);
  }

  stateOf(number: number): SettingsState {
    return this.#entries.get(number)?.state ?? initialSettings;
  }

  /** The instance and the groups that have something own, or a lock, in the order of registration. */
  get groups(): OrderedNumbers {
    return this.#groups;
  }

  /** The projects that have something own, in the order of registration. */
  get projects(): OrderedNumbers {
    return this.#projects;
  }

  /** Every scope that ever had an event. */
  entries(): IterableIterator<[number, OwnEntry]> {
    return this.#entries.entries();
  }

  put(number: number, isProject: boolean, state: SettingsState, revision: bigint): void {
    const entry = this.#entries.get(number);
    const before = entry?.state.own;
    if (entry === undefined) this.#entries.set(number, { state, revision });
    else {
      this.#keep(number, entry);
      entry.state = state;
      entry.revision = revision;
    }
    if (isProject) {
      if (state.own === undefined) this.#projects.delete(number);
      else if (before === undefined) this.#projects.add(number);
    } else if (state.own === undefined && state.lock === undefined) this.#groups.delete(number);
    else this.#groups.add(number);
  }

  /** Notes an event that changes nothing but the revision. */
  touch(number: number, revision: bigint): void {
    const entry = this.#entries.get(number);
    if (entry === undefined) this.#entries.set(number, { state: initialSettings, revision });
    else {
      this.#keep(number, entry);
      entry.revision = revision;
    }
  }

  /** Takes over the entries of another index, the scopes among which are projects as told. To be asked of an empty one. */
  restore(entries: Iterable<readonly [number: number, entry: OwnEntry]>, isProject: (number: number) => boolean): void {
    const [groups, projects]: [number[], number[]] = [[], []];
    for (const [number, entry] of entries) {
      this.#entries.set(number, entry);
      const { own, lock } = entry.state;
      if (isProject(number)) {
        if (own !== undefined) projects.push(number);
      } else if (own !== undefined || lock !== undefined) groups.push(number);
    }
    this.#groups.restore(groups);
    this.#projects.restore(projects);
  }

  /** Takes an image of every entry, at the cost of what changes until it is released. One at a time. */
  freeze(): OwnImage {
    const before = (this.#before = new Map<number, OwnEntry>());
    const entries = this.#entries;
    const { size } = entries;
    return {
      *[Symbol.iterator]() {
        let left = size; // no entry ever goes, and those that come later come last
        for (const [number, entry] of entries) {
          if (left === 0) return;
          left -= 1;
          yield [number, before.get(number) ?? entry];
        }
      },
      release: () => {
        if (this.#before === before) this.#before = undefined;
      },
    };
  }

  #keep(number: number, { state, revision }: OwnEntry): void {
    if (this.#before !== undefined && !this.#before.has(number)) this.#before.set(number, { state, revision });
  }
}

const chunkSize = 512;

/** A sorted set of integers, in chunks: adding and deleting move at most a chunk, a page costs its length. */
export class OrderedNumbers implements Iterable<number> {
  readonly #chunks: number[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Takes over numbers, in whatever order. To be asked of an empty one. */
  restore(numbers: readonly number[]): void {
    const sorted = numbers.toSorted((one, other) => one - other);
    for (let from = 0; from < sorted.length; from += chunkSize) this.#chunks.push(sorted.slice(from, from + chunkSize));
    this.#size = sorted.length;
  }

  add(number: number): void {
    const at = this.#chunkOf(number);
    const chunk = this.#chunks[at];
    if (chunk === undefined) this.#chunks.push([number]);
    else {
      const index = firstAtLeast(chunk, number);
      if (chunk[index] === number) return;
      chunk.splice(index, 0, number);
      if (chunk.length > chunkSize) this.#chunks.splice(at + 1, 0, chunk.splice(chunkSize / 2));
    }
    this.#size += 1;
  }

  delete(number: number): void {
    const at = this.#chunkOf(number);
    const chunk = this.#chunks[at];
    const index = chunk === undefined ? -1 : firstAtLeast(chunk, number);
    if (chunk === undefined || chunk[index] !== number) return;
    chunk.splice(index, 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
    this.#size -= 1;
  }

  /** The numbers greater than the given one, in order. */
  *after(number: number): Generator<number> {
    for (let at = this.#chunkOf(number + 1); at < this.#chunks.length; at += 1) {
      const chunk = this.#chunks[at] ?? [];
      yield* chunk.slice(firstAtLeast(chunk, number + 1));
    }
  }

  [Symbol.iterator](): Iterator<number> {
    return this.after(-1);
  }

  /** The last chunk that begins at or before the number, or the first. */
  #chunkOf(number: number): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      const first = this.#chunks[middle]?.[0] ?? 0;
      if (first <= number) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

const firstAtLeast = (sorted: readonly number[], number: number): number => {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  return low;
};
