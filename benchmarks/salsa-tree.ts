import { readFileSync } from 'node:fs';
import type { Command } from '@integration-settings/domain';

const file = new URL('../examples/main-job/data/salsa-projects.tsv', import.meta.url);

/** The paths of the salsa tree's 34 981 projects. */
export const salsaProjects = (): readonly string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.slice(0, line.indexOf('\t')));

/** The registrations of projects and of the groups on their paths, parents first; ids are paths. */
export const registrations = (paths: readonly string[]): readonly Command[] => {
  const commands: Command[] = [];
  const groups = new Set<string>();
  for (const path of paths) {
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth += 1) {
      const group = parts.slice(0, depth).join('/');
      if (groups.has(group)) continue;
      groups.add(group);
      const parent = depth === 1 ? null : parts.slice(0, depth - 1).join('/');
      commands.push({ type: 'RegisterGroup', data: { group, parent, name: parts[depth - 1]! } });
    }
    const group = parts.length === 1 ? null : parts.slice(0, -1).join('/');
    commands.push({ type: 'RegisterProject', data: { project: path, group, name: parts.at(-1)! } });
  }
  return commands;
};

/** Every so many-th of a list, to take a share of it that is spread evenly and the same in every run. */
export const share = <T>(list: readonly T[], portion: number): readonly T[] => {
  const step = 1 / portion;
  return Array.from({ length: Math.floor(list.length * portion) }, (_, index) => list[Math.floor(index * step)]!);
};
