import type { Deed, Plan } from './plan.ts';

/** A deed and which of the plans it is of. */
export interface Turn {
  readonly deed: Deed;
  readonly plan: number;
}

/** All deeds of several plans by time; of one second, those of the earlier plan first. */
export function* merged(plans: readonly Plan[]): Generator<Turn> {
  const sources = plans.map((plan) => plan.inOrder());
  const heap: Turn[] = [];
  const isBefore = (one: Turn, other: Turn): boolean =>
    one.deed.second === other.deed.second ? one.plan < other.plan : one.deed.second < other.deed.second;
  /** Lets a turn sink from a place to where all below it come later. */
  const sink = (turn: Turn, from: number): void => {
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (child >= heap.length || !isBefore(heap[child]!, turn)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = turn;
  };
  for (const [plan, source] of sources.entries()) {
    const first = source.next();
    if (first.done !== true) heap.push({ deed: first.value, plan });
  }
  for (let at = heap.length - 1; at >= 0; at -= 1) sink(heap[at]!, at);
  while (heap.length > 0) {
    const turn = heap[0]!;
    yield turn;
    const next = sources[turn.plan]!.next();
    const last = next.done === true ? heap.pop()! : { deed: next.value, plan: turn.plan };
    if (heap.length > 0) sink(last, 0);
  }
}
