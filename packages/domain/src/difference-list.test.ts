import { describe, expect, it } from 'vitest';
import { DifferenceList } from './difference-list.ts';

describe('a list of differences', () => {
  it('is empty where nothing was noted', () => {
    expect(new DifferenceList().lines).toEqual([]);
  });

  it('names each place once, with its scopes, in the order they were noted', () => {
    const list = new DifferenceList();
    list.note('jira in group/a', 'project/1');
    list.note('counts of jira');
    list.note('the tree in instance', 'group/b');
    list.note('jira in group/a', 'project/2');
    expect(list.lines).toEqual([
      'jira in group/a: project/1, project/2',
      'counts of jira',
      'the tree in instance: group/b',
    ]);
  });

  it('names ten scopes of a place and counts the others', () => {
    const list = new DifferenceList();
    for (let index = 0; index < 25; index += 1) list.note('jira in group/a', `project/${index}`);
    expect(list.lines).toEqual([
      `jira in group/a: ${Array.from({ length: 10 }, (_, index) => `project/${index}`).join(', ')} and 15 more`,
    ]);
  });

  it('names a hundred places and counts what differs elsewhere', () => {
    const list = new DifferenceList();
    for (let index = 0; index < 130; index += 1) list.note(`jira in group/${index}`, 'project/1');
    list.note('jira in group/7', 'project/2');
    expect(list.lines).toHaveLength(101);
    expect(list.lines[7]).toBe('jira in group/7: project/1, project/2');
    expect(list.lines.at(-1)).toBe('and 30 more elsewhere');
  });
});
