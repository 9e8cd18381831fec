import { readFileSync } from 'node:fs';
import { renamedGroups, setOfMoves } from './assumptions.ts';
import { appearedIn, type Interval, leftAfter, type Suite, suites } from './calendar.ts';

/** A project's change of path. */
export interface Move {
  readonly to: string;
  readonly interval: Interval;
  /** Names the operation that it is part of, where several projects moved together. */
  readonly operation: string | undefined;
  /** Which of `renamedGroups` it is part of. */
  readonly rename: number | undefined;
  /** Where both change, the name changes first: under the old one the new group has another project. */
  readonly nameFirst: boolean;
}

/** What became of a project: where it was created, where it moved, and whether it is gone. */
export interface Life {
  readonly path: string;
  readonly appeared: Interval;
  readonly moves: readonly Move[];
  readonly gone: Interval | undefined;
}

const folder = new URL('../../examples/main-job/data/', import.meta.url);

const rowsOf = (file: string): readonly (readonly string[])[] =>
  readFileSync(new URL(file, folder), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'));

/** The group of a path; `''` directly below the root. */
export const groupOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The groups that a path lies in, outermost first. */
export const groupsAbove = (path: string): readonly string[] =>
  path
    .split('/')
    .slice(0, -1)
    .map((_, index, parts) => parts.slice(0, index + 1).join('/'));

interface Seen {
  readonly path: string;
  readonly lives: boolean;
  readonly first: Suite;
  readonly last: Suite;
}
interface Pair {
  readonly from: string;
  readonly to: string;
  readonly after: Suite;
  readonly until: Suite;
}

/** What the files say, without paths that were a project as well as a group: no tree has both at once. */
const readFiles = (): { readonly seen: readonly Seen[]; readonly pairs: readonly Pair[] } => {
  const rows = rowsOf('salsa-cohorts.tsv');
  const groups = new Set(rows.flatMap(([path = '']) => groupsAbove(path)));
  const seen = rows
    .filter(([path = '']) => !groups.has(path))
    .map(([path = '', packages, first, last]) => ({
      path,
      lives: packages !== '0',
      first: first as Suite,
      last: last as Suite,
    }));
  const pairs = new Map<string, Pair>();
  for (const [after, until, , from = '', to = ''] of rowsOf('salsa-moves.tsv')) {
    if (groups.has(from) || groups.has(to)) continue;
    pairs.set(`${from} ${to}`, { from, to, after: after as Suite, until: until as Suite });
  }
  return { seen, pairs: [...pairs.values()] };
};

/**
 * The lives of all projects that the files name.
 *
 * A pair of paths is a move unless the old path lives on or the new one was there before; of several new paths of one
 * project the last, and then the one that keeps the name, is where it moved. All other new paths are new projects, and an
 * old path whose package went to a project that was there is gone.
 */
export const readLives = (): readonly Life[] => {
  const { seen, pairs } = readFiles();
  const byPath = new Map(seen.map((row) => [row.path, row]));
  const leftFor = new Map<string, Pair>();
  for (const pair of pairs) {
    const other = leftFor.get(pair.from);
    if (byPath.get(pair.from)?.lives === true || (other !== undefined && !isRather(pair, other))) continue;
    leftFor.set(pair.from, pair);
  }
  const moves = new Map([...leftFor].filter(([, { to, until }]) => byPath.get(to)?.first === until));
  const operations = operationsOf([...moves.values()]);
  const reached = new Set([...moves.values()].map(({ to }) => to));
  const lives: Life[] = [];
  for (const { path, first } of seen) {
    if (reached.has(path)) continue;
    const stays: Move[] = [];
    let at = path;
    for (let pair = moves.get(at); pair !== undefined; pair = moves.get(at)) {
      const operation = operations.get(pair);
      const rename = renamedGroups.findIndex(({ from, to }) => operation === `${pair.after} ${from} ${to}`);
      stays.push({
        to: pair.to,
        interval: leftAfter[pair.after],
        operation,
        rename: rename === -1 ? undefined : rename,
        nameFirst: byPath.has(`${groupOf(pair.to)}/${nameOf(pair.from)}`),
      });
      at = pair.to;
    }
    const { lives: isThere, last } = byPath.get(at)!;
    const merged = leftFor.get(at);
    const gone = isThere ? undefined : leftAfter[merged === undefined ? last : merged.after];
    lives.push({ path, appeared: appearedIn[first], moves: stays, gone });
  }
  return lives;
};

const isRather = (one: Pair, other: Pair): boolean => {
  const later = suites.indexOf(one.after) - suites.indexOf(other.after);
  return later === 0 ? nameOf(one.from) === nameOf(one.to) : later > 0;
};

const operationOf = ({ after, from, to }: Pair): string => `${after} ${groupOf(from)} ${groupOf(to)}`;

/** The operation of each pair that is part of one. */
const operationsOf = (pairs: readonly Pair[]): ReadonlyMap<Pair, string> => {
  const sets = Map.groupBy(
    pairs.filter(({ from, to }) => groupOf(from) !== groupOf(to)),
    operationOf,
  );
  const operations = new Map<Pair, string>();
  for (const [name, members] of sets) {
    if (members.length >= setOfMoves) for (const pair of members) operations.set(pair, name);
  }
  return operations;
};
