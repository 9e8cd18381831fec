import { extra } from './assumptions.ts';
import { type Interval, monthInterval, months } from './calendar.ts';
import type { Life, Move } from './lives.ts';
import type { Random } from './random.ts';

/** A life that is still being told. */
interface Telling {
  readonly name: string;
  readonly path: string;
  readonly appeared: Interval;
  readonly moves: Move[];
  team: number;
  gone: Interval | undefined;
}

/**
 * The lives of projects that the data does not reach, in the teams of one group: so many are created, moved and removed in each
 * of the last months. Those that are moved or removed have been there since an earlier month, or, in the first one, since the
 * same.
 */
export const extraLives = (random: Random): readonly Life[] => {
  const told: Telling[] = [];
  for (let month = extra.fromMonth; month < months; month += 1) {
    const interval = monthInterval(month);
    for (let count = extra.createdAMonth; count > 0; count -= 1) {
      const name = `project-${String(told.length + 1).padStart(4, '0')}`;
      const team = random.below(extra.teams);
      told.push({ name, path: pathIn(team, name), appeared: interval, moves: [], team, gone: undefined });
    }
    const isThere = ({ appeared, gone }: Telling): boolean =>
      gone === undefined && (appeared !== interval || month === extra.fromMonth);
    const there = random.shuffled(told.filter(isThere));
    for (const life of there.slice(0, extra.movedAMonth)) {
      life.team = (life.team + 1 + random.below(extra.teams - 1)) % extra.teams;
      const to = pathIn(life.team, life.name);
      life.moves.push({ to, interval, operation: undefined, rename: undefined, nameFirst: false });
    }
    for (const life of there.slice(extra.movedAMonth, extra.movedAMonth + extra.removedAMonth)) life.gone = interval;
  }
  return told;
};

const pathIn = (team: number, name: string): string =>
  `${extra.group}/team-${String(team + 1).padStart(2, '0')}/${name}`;
