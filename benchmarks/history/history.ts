import type { Command } from '@integration-settings/domain';
import { instanceDefaults, moreInstanceDefaults, ownShare, personalOwnShare, seed } from './assumptions.ts';
import { dateOf } from './calendar.ts';
import { DefaultsPlayer } from './defaults-player.ts';
import { extraLives } from './extra-lives.ts';
import { FieldValues } from './field-values.ts';
import { type Life, readLives } from './lives.ts';
import { merged } from './merge.ts';
import { PersonalTree, planPersonalProjects } from './personal-tree.ts';
import { planDefaults, type SetUp } from './plan-defaults.ts';
import { groupsToday, planGroupDefaults, planOwnSettings, planSweeps } from './plan-settings.ts';
import { planTree } from './plan-tree.ts';
import { type Deed, type DeedKind, Plan } from './plan.ts';
import { Random } from './random.ts';
import { SettingsPlayer } from './settings-player.ts';
import { specialTrees } from './special-trees.ts';
import { type Ids, Numbers, TreePlayer } from './tree-player.ts';

/** A command and when somebody gives it. */
export interface TimedCommand {
  readonly at: Date;
  /** What it is part of. */
  readonly kind: DeedKind | 'special tree';
  readonly command: Command;
  /** Which deed it is part of, from 1 (0: before all of them), and how many there are. A deed has one command or a few; some have none. */
  readonly deed: number;
  readonly deeds: number;
}

/** How much there is of everything. */
export interface HistorySize {
  /** How often salsa's tree is there; more than once each copy lies in a site, a top-level group. */
  readonly copies: number;
  /** Projects in a personal namespace each. */
  readonly personalProjects: number;
  /** Where the outermost defaults are. */
  readonly defaultsOf: 'instance' | 'site';
  readonly setUps: readonly SetUp[];
}

/** The sizes of a real organisation (63 000 events), of a very large self-managed installation, and of a fifth of GitLab.com. */
export const sizes = {
  S: { copies: 1, personalProjects: 0, defaultsOf: 'instance', setUps: instanceDefaults },
  M: {
    copies: 28,
    personalProjects: 20_532,
    defaultsOf: 'instance',
    setUps: [...instanceDefaults, ...moreInstanceDefaults],
  },
  L: { copies: 236, personalProjects: 1_744_484, defaultsOf: 'site', setUps: instanceDefaults },
} as const satisfies Readonly<Record<string, HistorySize>>;

export interface HistoryOptions {
  readonly size: HistorySize;
  /** The share of salsa's projects that is taken; all by default. Groups count as large when they have that share of what is said of them. */
  readonly scale?: number;
  /** The share of projects with own settings, where it is not to be the assumed one. */
  readonly ownShare?: number;
  /** Whether it goes on, under names of its own, in the last year, which the data does not reach. */
  readonly withExtraYear?: boolean;
  /** Whether the small trees of `specialTrees` are there from the beginning. */
  readonly withSpecialTrees?: boolean;
}

/** A plan with what turns its deeds into commands. */
interface Part {
  readonly plan: Plan;
  readonly play: (deed: Deed) => Iterable<Command>;
}

/** A history of ten years, by time: the same for the same options, in every run. Commands come one at a time; only plans, which are numbers, are in memory. */
export function* history(options: HistoryOptions): Generator<TimedCommand> {
  const ids: Ids = { groups: new Numbers(), projects: new Numbers() };
  const parts = partsOf(options, ids);
  const deeds = parts.reduce((sum, { plan }) => sum + plan.size, 0);
  if (options.withSpecialTrees === true) {
    for (const command of specialTrees(ids)) yield { at: dateOf(0), kind: 'special tree', command, deed: 0, deeds };
  }
  let number = 0;
  for (const { deed, plan } of merged(parts.map((part) => part.plan))) {
    const at = dateOf(deed.second);
    number += 1;
    for (const command of parts[plan]!.play(deed)) yield { at, kind: deed.kind, command, deed: number, deeds };
  }
}

const partsOf = (
  { size, scale = 1, ownShare: share, withExtraYear = false }: HistoryOptions,
  ids: Ids,
): readonly Part[] => {
  const random = (name: string): Random => new Random(`${seed} ${name}`);
  const values = new FieldValues(random('values'));
  const lives = takeShare(withExtraYear ? [...readLives(), ...extraLives(random('extra year'))] : readLives(), scale);
  const parts: Part[] = [];
  const addDefaults = (plan: Plan, name: string) => planDefaults(plan, size.setUps, random(`defaults of ${name}`));

  const instancePlan = new Plan();
  const instanceTimes = size.defaultsOf === 'instance' ? addDefaults(instancePlan, 'the instance') : undefined;
  const instance = new DefaultsPlayer(values);
  parts.push({ plan: instancePlan, play: (deed) => [instance.play(deed)] });

  for (let copy = 1; copy <= size.copies; copy += 1) {
    const site = size.copies === 1 ? undefined : `site-${String(copy).padStart(3, '0')}`;
    const name = site ?? 'salsa';
    const plan = new Plan();
    const times = planTree(plan, lives, random(`tree of ${name}`));
    const groups = groupsToday(lives, times);
    const defaultTimes = instanceTimes ?? addDefaults(plan, name);
    planGroupDefaults(plan, groups, scale, random(`groups of ${name}`));
    planOwnSettings(plan, times, share ?? ownShare, defaultTimes, random(`projects of ${name}`));
    planSweeps(plan, groups, scale, random(`sweeps of ${name}`));
    const tree = new TreePlayer(lives, ids, site);
    const defaults = instanceTimes === undefined ? new DefaultsPlayer(values, () => tree.groupId('')) : instance;
    const settings = new SettingsPlayer(
      tree,
      groups.map(({ path }) => path),
      defaults,
      values,
    );
    parts.push({ plan, play: (deed) => playCopy(deed, tree, defaults, settings) });
  }
  const { personalProjects } = size;
  if (personalProjects > 0) {
    const plan = new Plan();
    const times = planPersonalProjects(plan, personalProjects, random('personal projects'));
    planOwnSettings(plan, times, share ?? personalOwnShare, instanceTimes ?? new Map(), random('personal settings'));
    const tree = new PersonalTree(personalProjects, ids);
    const settings = new SettingsPlayer(tree, [], instance, values);
    parts.push({
      plan,
      play: (deed) => (deed.kind === 'project created' ? tree.created(deed.subject) : listOf(settings.play(deed))),
    });
  }
  return parts;
};

const playCopy = (
  deed: Deed,
  tree: TreePlayer,
  defaults: DefaultsPlayer,
  settings: SettingsPlayer,
): Iterable<Command> => {
  switch (deed.kind) {
    case 'project created':
      return tree.created(deed.subject);
    case 'project moved':
      return tree.moved(deed.subject);
    case 'group renamed':
      return tree.renamed(deed.subject);
    case 'project archived':
    case 'project deleted':
      return tree.removed(deed.subject);
    default:
      return isOfDefaults(deed.kind) ? [defaults.play(deed)] : listOf(settings.play(deed));
  }
};

const isOfDefaults = (kind: DeedKind): boolean => kind.startsWith('default') || kind === 'credential rotated';

const listOf = (command: Command | undefined): readonly Command[] => (command === undefined ? [] : [command]);

/** A share of the lives, spread evenly. */
const takeShare = (lives: readonly Life[], share: number): readonly Life[] =>
  lives.filter((_, index) => Math.floor((index + 1) * share) > Math.floor(index * share));
