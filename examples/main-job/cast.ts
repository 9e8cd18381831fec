import type { Tree } from './read-tree.ts';

/** Who plays a part in the walk. */
export interface Cast {
  /** Go custom. */
  readonly customs: readonly [string, ...string[]];
  /** Every second of them, from the first: come back. */
  readonly returning: readonly [string, ...string[]];
  /** The top-level group with the most projects. */
  readonly team: string;
  /** A project of the team that just inherits. */
  readonly follower: string;
  /** A project that inherits, but is switched off. */
  readonly silent: string;
  /** A project of the team that overrides one field and is then transferred. */
  readonly mover: string;
  /** Where it is transferred: the top-level group with the second most projects. */
  readonly target: string;
}

/** Gives the parts to projects of a tree. @throws Error where it is too small */
export const chooseCast = ({ projects }: Tree): Cast => {
  const every = Math.min(12, Math.floor(projects.length / 4));
  const customs = projects.filter((_, index) => index % every === 1);
  const [firstCustom, ...otherCustoms] = customs;
  const byTeam = Map.groupBy(projects, (project) => project.split('/').slice(0, -1)[0]);
  byTeam.delete(undefined);
  const [team, target] = [...byTeam].sort(([, one], [, other]) => other.length - one.length).map(([name]) => name);
  const [follower, silent, mover] = (byTeam.get(team) ?? []).filter((project) => !customs.includes(project));
  if (team && target && follower && silent && mover && firstCustom) {
    const others = otherCustoms.filter((_, index) => index % 2 === 1);
    return {
      customs: [firstCustom, ...otherCustoms],
      returning: [firstCustom, ...others],
      team,
      follower,
      silent,
      mover,
      target,
    };
  }
  throw new Error(
    'The tree is too small: the walk needs two groups, and eight projects, most of them in one of the two.',
  );
};
