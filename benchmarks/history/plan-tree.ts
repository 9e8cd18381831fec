import { archivedShare, longestRun, operationSeconds, renamedGroups, wave } from './assumptions.ts';
import { appearedIn, day, hour, type Interval, monthStart } from './calendar.ts';
import { groupOf, type Life } from './lives.ts';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';

/** When each project came to its paths, one after the other, and when it was gone; `Infinity` where it never is. */
export interface Times {
  readonly arrivals: readonly (readonly number[])[];
  readonly gone: readonly number[];
}

/** Plans when projects are created, moved and removed. Subjects are indexes of lives; of renames, of `renamedGroups`. */
export const planTree = (plan: Plan, lives: readonly Life[], random: Random): Times => {
  const born = creations(lives, random);
  const operations = new Operations(random);
  const arrivals = lives.map(({ moves }, index) => [born[index]!, ...moves.map((move) => operations.timeOf(move))]);
  const gone = lives.map((life) => (life.gone === undefined ? Infinity : random.between(life.gone.from, life.gone.to)));
  for (const [index, life] of lives.entries()) {
    const stays = arrivals[index]!;
    gone[index] = keepClearOfRenames(life, stays, gone[index]!, operations.renames, random);
    if (stays.length > 1) stays[0] = Math.min(stays[0]!, stays[1]! - day);
    gone[index] = Math.max(gone[index], stays.at(-1)! + day);
  }
  for (const [index, { moves }] of lives.entries()) {
    plan.add(arrivals[index]![0]!, 'project created', index);
    for (const [step, { rename }] of moves.entries()) {
      if (rename === undefined) plan.add(arrivals[index]![step + 1]!, 'project moved', index);
    }
    const goneAt = gone[index]!;
    if (goneAt !== Infinity) {
      plan.add(goneAt, random.chance(archivedShare) ? 'project archived' : 'project deleted', index);
    }
  }
  for (const [rename, second] of operations.renames) plan.add(second, 'group renamed', rename);
  return { arrivals, gone };
};

/** The second at which each project is created: evenly over the interval in which it appeared, after a wave at the beginning; a team's projects in runs. */
const creations = (lives: readonly Life[], random: Random): readonly number[] => {
  const born: number[] = [];
  for (const [appeared, cohort] of Map.groupBy(lives.keys(), (index) => lives[index]!.appeared)) {
    const order = random.shuffled(runsOf(lives, cohort, random)).flat();
    const inWave = appeared === appearedIn.bullseye ? Math.floor(order.length * wave.share) : 0;
    const calm = inWave === 0 ? appeared : { from: monthStart(wave.months), to: appeared.to };
    spread(order.slice(0, inWave), { from: appeared.from, to: calm.from });
    spread(order.slice(inWave), calm);
  }
  return born;

  function spread(order: readonly number[], { from, to }: Interval): void {
    const each = (to - from) / order.length;
    for (const [place, index] of order.entries()) born[index] = from + (place + random.next()) * each;
  }
};

/** Cuts a cohort, which the files sort by path, into runs inside of one group. */
const runsOf = (lives: readonly Life[], cohort: readonly number[], random: Random): readonly (readonly number[])[] => {
  const runs: number[][] = [];
  let left = 0;
  let group: string | undefined;
  for (const index of cohort) {
    const next = groupOf(lives[index]!.path);
    if (left === 0 || next !== group) {
      runs.push([]);
      left = 1 + random.below(longestRun);
      group = next;
    }
    runs.at(-1)!.push(index);
    left -= 1;
  }
  return runs;
};

/** Moves by themselves come at any time of their interval, those of one operation within an hour, and a rename at once. */
class Operations {
  /** When each of `renamedGroups` is renamed. */
  readonly renames = new Map<number, number>();
  readonly #operations = new Map<string, number>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  timeOf({ interval, operation, rename }: Life['moves'][number]): number {
    if (operation === undefined) return this.#random.between(interval.from, interval.to);
    const known = this.#operations.get(operation);
    const begun = known ?? this.#random.between(interval.from + 2 * day, interval.to - day);
    this.#operations.set(operation, begun);
    if (rename === undefined) return begun + this.#random.below(operationSeconds);
    this.renames.set(rename, begun);
    return begun;
  }
}

/** Nobody comes to a group's new name before it has it, nor stays behind under the old one. @returns when the project is gone */
const keepClearOfRenames = (
  life: Life,
  stays: number[],
  gone: number,
  renames: ReadonlyMap<number, number>,
  random: Random,
): number => {
  const paths = [life.path, ...life.moves.map(({ to }) => to)];
  let goneAt = gone;
  for (const [rename, renamedAt] of renames) {
    const { from, to } = renamedGroups[rename]!;
    for (const [step, path] of paths.entries()) {
      const comesAlong = life.moves[step - 1]?.rename === rename;
      const isTakenAlong = life.moves[step]?.rename === rename;
      if (groupOf(path) === to && !comesAlong)
        stays[step] = Math.max(stays[step]!, renamedAt + random.between(hour, day));
      if (groupOf(path) !== from || isTakenAlong) continue;
      const before = renamedAt - random.between(hour, day);
      if (step + 1 < stays.length) stays[step + 1] = Math.min(stays[step + 1]!, before);
      else goneAt = Math.min(goneAt, before);
    }
  }
  return goneAt;
};
