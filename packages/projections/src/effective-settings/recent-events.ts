import type { Tree } from './tree.ts';

/** An event that may outdate what a preview showed. */
export interface RecentEvent {
  readonly position: bigint;
  /** Of the scope that it changed; `undefined`: it had no effect, and only counts. */
  readonly number: number | undefined;
  /** `undefined`: of the structure. */
  readonly integration?: string | undefined;
  /** Of a move: from where to where. */
  readonly moved?: readonly [from: number, to: number] | undefined;
}

/** How many later events can be told apart from one that outdates; of more nobody can say. */
const most = 10_000;
/** One more, to see that an event is not later. */
const capacity = most + 1;

/** The last 10 000 events of the namespace, to tell whether what a preview showed may have changed since. */
export class RecentEvents {
  readonly #tree: Tree;
  // By place in the ring; no object an event, since each would be kept for ten thousand others.
  readonly #positions = new BigInt64Array(capacity);
  readonly #numbers: RecentEvent['number'][] = [];
  readonly #integrations: RecentEvent['integration'][] = [];
  readonly #moves: RecentEvent['moved'][] = [];
  #next = 0;
  #total = 0;

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  add({ position, number, integration, moved }: RecentEvent): void {
    this.#positions[this.#next] = position;
    this.#numbers[this.#next] = number;
    this.#integrations[this.#next] = integration;
    this.#moves[this.#next] = moved;
    this.#next = (this.#next + 1) % capacity;
    this.#total += 1;
  }

  /** The events that are kept now, oldest first. */
  freeze(): readonly RecentEvent[] {
    const kept = Math.min(this.#total, capacity);
    return Array.from({ length: kept }, (_, index) => this.#at((this.#next - kept + index + capacity) % capacity));
  }

  /** Whether a settings preview made at a position may no longer hold: a settings or lock event of the integration at, above or below the scope, or a move at or above it or across its border, has come since, or too many events to say. */
  outdatesSettings(position: bigint, scope: number, integration: string): boolean {
    return this.#someSince(position, (event) => {
      if (event.integration !== undefined)
        return event.integration === integration && this.#related(event.number, scope);
      if (event.moved === undefined || event.number === undefined) return false;
      if (this.#tree.isAtOrBelow(scope, event.number)) return true;
      const [from, to] = event.moved;
      return this.#tree.isAtOrBelow(from, scope) !== this.#tree.isAtOrBelow(to, scope);
    });
  }

  /** Whether a structure preview may no longer hold: any event at, above or below the scope or the target. */
  outdatesStructure(position: bigint, scopes: readonly number[]): boolean {
    return this.#someSince(position, (event) =>
      scopes.some(
        (scope) =>
          this.#related(event.number, scope) || (event.moved?.some((place) => this.#related(place, scope)) ?? false),
      ),
    );
  }

  #related(one: number | undefined, other: number): boolean {
    return one !== undefined && (this.#tree.isAtOrBelow(one, other) || this.#tree.isAtOrBelow(other, one));
  }

  #someSince(position: bigint, test: (event: RecentEvent) => boolean): boolean {
    const kept = Math.min(this.#total, capacity);
    for (let back = 1; back <= kept; back += 1) {
      const event = this.#at((this.#next - back + capacity) % capacity);
      if (event.position <= position) return false;
      if (back > most || test(event)) return true;
    }
    return false;
  }

  #at(place: number): RecentEvent {
    return {
      position: this.#positions[place]!,
      number: this.#numbers[place],
      integration: this.#integrations[place],
      moved: this.#moves[place],
    };
  }
}
