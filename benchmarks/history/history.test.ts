import { ephemeralKeyring } from '@integration-settings/adapters/keyring';
import { openMemoryEventStore } from '@integration-settings/adapters/memory';
import { beforeAll, describe, expect, it } from 'vitest';
import { salsaProjects } from '../salsa-tree.ts';
import { extra } from './assumptions.ts';
import { HistoryCheck } from './check-history.ts';
import { Checksum } from './checksum.ts';
import { history, type HistoryOptions, type HistorySize, sizes, type TimedCommand } from './history.ts';
import { chain, emptyGroups, timedOut } from './special-trees.ts';
import { writeHistory } from './write-history.ts';

/** Runs through a history with all its checks. */
const runThrough = (options: HistoryOptions) => {
  const check = new HistoryCheck();
  const checksum = new Checksum();
  const counts = new Map<string, number>();
  let [first, last]: (TimedCommand | undefined)[] = [];
  let commands = 0;
  for (const timed of checksum.through(check.through(history(options)))) {
    first ??= timed;
    last = timed;
    commands += 1;
    for (const name of [timed.kind, timed.command.type]) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const count = (...names: readonly string[]): number => names.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0);
  return { check, checksum: checksum.digest(), commands, count, first, last };
};

const groupsOf = (paths: readonly string[]): readonly string[] => {
  const groups = new Set<string>();
  for (const path of paths) {
    const parts = path.split('/').slice(0, -1);
    for (const depth of parts.keys()) groups.add(parts.slice(0, depth + 1).join('/'));
  }
  return [...groups].toSorted();
};

describe('the history of salsa', () => {
  let salsa: ReturnType<typeof runThrough>;
  beforeAll(() => {
    salsa = runThrough({ size: sizes.S });
  });

  it('ends with the tree of today', () => {
    expect(salsa.check.paths('projects')).toEqual(salsaProjects().toSorted());
    expect(salsa.check.paths('groups')).toEqual(groupsOf(salsaProjects()));
  });

  it('is the same in every run', () => {
    expect(salsa.checksum).toBe('ae6c8742ad69806fed942c08d0521e33242c23d9804c07b8e253d22b88dedad0');
  });

  it('lasts ten years', () => {
    expect(salsa.first?.at.toISOString()).toMatch(/^2017-12-01/);
    expect(salsa.last?.at.toISOString()).toMatch(/^2027-11/);
  });

  // Names of kinds or commands, how many were reckoned, and how far off it may be, as a share.
  it.each([
    // Those that nobody is in today had to be there, too; each is removed when its last project leaves.
    { names: ['RegisterGroup'], reckoned: 766, within: 0.2 },
    { names: ['RegisterProject'], reckoned: 37_345, within: 0.001 },
    // The rename of a group brings all its projects along.
    { names: ['TransferProject', 'RenameProject', 'RenameGroup'], reckoned: 1_839, within: 0.06 },
    { names: ['RemoveProject'], reckoned: 2_381, within: 0.01 },
    { names: ['SetInstanceDefault'], reckoned: 80, within: 0.12 },
    { names: ['SetGroupDefault', 'ResetGroupDefault'], reckoned: 490, within: 0.1 },
    { names: ['own settings set'], reckoned: 3_640, within: 0.03 },
    { names: ['own settings edited'], reckoned: 5_460, within: 0.03 },
    { names: ['back to default'], reckoned: 728, within: 0.1 },
    { names: ['switched off by hand'], reckoned: 364, within: 0.1 },
    { names: ['sweep'], reckoned: 8_650, within: 0.03 },
    { names: ['bulk return to default'], reckoned: 1_500, within: 0.01 },
  ])('has about $reckoned of $names', ({ names, reckoned, within }) => {
    expect(Math.abs(salsa.count(...names) / reckoned - 1)).toBeLessThan(within);
  });

  it('has about 63 000 commands', () => {
    expect(Math.abs(salsa.commands / 63_000 - 1)).toBeLessThan(0.02);
  });
});

describe('a history', () => {
  const small: HistoryOptions = { size: sizes.S, scale: 0.02 };

  it('is accepted by the library, one event for each command', async () => {
    const written = await writeHistory(openMemoryEventStore(), ephemeralKeyring(), small);
    expect(written.events).toBe(written.commands);
    expect(written.commands).toBeGreaterThan(1_000);
    expect(written.checksum).toBe(runThrough(small).checksum);
  });

  it('has own settings at every project where all are said to have some', () => {
    const everywhere = runThrough({ ...small, ownShare: 1 });
    const nowhere = runThrough({ ...small, ownShare: 0 });
    expect(everywhere.count('own settings set')).toBeGreaterThan(everywhere.check.paths('projects').length);
    expect(nowhere.count('own settings set')).toBe(0);
  });

  it.each<HistorySize['defaultsOf']>(['instance', 'site'])(
    'repeats the tree in sites, with defaults of the %s and personal projects beside them',
    (defaultsOf) => {
      const size: HistorySize = { ...sizes.M, copies: 3, personalProjects: 50, defaultsOf };
      const { check, count } = runThrough({ ...small, size });
      const alone = runThrough(small).check.paths('projects');
      const copies = ['site-001', 'site-002', 'site-003'].flatMap((site) => alone.map((path) => `${site}/${path}`));
      const personal = Array.from({ length: 50 }, (_, index) => `user-${String(index + 1).padStart(7, '0')}/project`);
      expect(check.paths('projects')).toEqual([...copies, ...personal].toSorted());
      expect(count('SetInstanceDefault') > 0).toBe(defaultsOf === 'instance');
      expect(count('default set up')).toBe(sizes.M.setUps.length * (defaultsOf === 'instance' ? 1 : 3));
    },
  );

  it('goes on in the last year where that is wanted, under names of its own', () => {
    const alone = runThrough({ size: sizes.S, ownShare: 0 });
    const { check, count, last } = runThrough({ size: sizes.S, ownShare: 0, withExtraYear: true });
    const inExtra = check.paths('projects').filter((path) => path.startsWith(`${extra.group}/`));
    const others = check.paths('projects').filter((path) => !path.startsWith(`${extra.group}/`));
    expect(inExtra).toHaveLength(12 * (extra.createdAMonth - extra.removedAMonth));
    expect(others).toEqual(alone.check.paths('projects'));
    expect(count('RegisterProject') - alone.count('RegisterProject')).toBe(12 * extra.createdAMonth);
    const moved = count('TransferProject') - alone.count('TransferProject');
    expect(moved).toBe(12 * extra.movedAMonth);
    expect(last!.at.getTime()).toBeLessThan(Date.UTC(2027, 11, 1));
  });

  it('is the same in every run, also with the last year', () => {
    const { checksum } = runThrough({ ...small, withExtraYear: true });
    expect(checksum).toBe('184370fb2d341b0f19056eda5019c662ae5544cc54f49ef80183578e07d3f33d');
  });

  it('says of each command how far the deeds have come', () => {
    const commands = [...history(small)];
    const { deeds } = commands[0]!;
    expect(
      commands.every((timed, index) => timed.deeds === deeds && timed.deed >= (commands[index - 1]?.deed ?? 1)),
    ).toBe(true);
    expect(commands.at(-1)!.deed).toBeLessThanOrEqual(deeds);
    expect(commands.at(-1)!.deed).toBeGreaterThan(0.99 * deeds);
  });

  it('can have the special trees beside it', () => {
    const { check, count } = runThrough({ ...small, withSpecialTrees: true });
    const deepest = check.paths('projects').filter((path) => path.split('/').length === chain.groups + 1);
    expect(deepest).toHaveLength(chain.projects);
    expect(count('special tree')).toBe(
      chain.groups + chain.projects + 1 + timedOut.groups + timedOut.projects + 1 + emptyGroups,
    );
  });
});
