import { readFile } from 'node:fs/promises';
import type { TreeEntry } from 'integration-settings';

/** Groups and projects; their ids are their paths. */
export interface Tree {
  /** Each group before what lies in it. */
  readonly entries: readonly TreeEntry[];
  readonly groups: readonly string[];
  /** In the order of the file. */
  readonly projects: readonly string[];
}

/** Reads a file with the path of one project a line. More columns, after a tab, and lines that begin with `#` are left out. */
export const readTree = async (file: string): Promise<Tree> => {
  const entries: TreeEntry[] = [];
  const groups = new Set<string>();
  const projects: string[] = [];
  for (const line of (await readFile(file, 'utf8')).split(/\r?\n/)) {
    const [project = ''] = line.split('\t');
    if (project === '' || project.startsWith('#')) continue;
    let parent: string | null = null;
    for (const group of groupsOf(project)) {
      if (!groups.has(group)) entries.push({ group, parent });
      groups.add(group);
      parent = group;
    }
    projects.push(project);
    entries.push({ project, parent });
  }
  return { entries, groups: [...groups], projects };
};

/** The groups that a path goes through, outermost first. */
const groupsOf = (project: string): readonly string[] => {
  const parts = project.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
};
