import type { Command } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { HistoryCheck } from './check-history.ts';
import type { TimedCommand } from './history.ts';

const group = (id: number, name: string, parent: string | null = null): Command => ({
  type: 'RegisterGroup',
  data: { group: String(id), parent, name },
});
const project = (id: number, name: string, parent: string | null = null): Command => ({
  type: 'RegisterProject',
  data: { project: String(id), group: parent, name },
});
const custom = (values: Readonly<Record<string, string>>, integration = 'irker'): Command => ({
  type: 'SwitchToCustom',
  data: { project: '1', integration, values },
});

const timed = (commands: readonly Command[]): readonly TimedCommand[] =>
  commands.map((command, second) => ({
    at: new Date(second * 1_000),
    kind: 'project created',
    command,
    deed: second + 1,
    deeds: commands.length,
  }));

const checking =
  (...commands: readonly Command[]) =>
  () => [...new HistoryCheck().through(timed(commands))];

describe('the check of a history', () => {
  it('lets pass what GitLab would take', () => {
    const commands = [
      group(1, 'games'),
      group(2, 'arcade', '1'),
      project(1, 'Pong', '1'),
      custom({ recipients: 'irc://irc.example/#games' }),
      { type: 'TransferProject', data: { project: '1', group: '2' } },
      project(2, 'pong', '1'),
    ] as const satisfies readonly Command[];
    const check = new HistoryCheck();
    expect([...check.through(timed(commands))].map(({ command }) => command)).toEqual(commands);
    expect(check.paths('projects')).toEqual(['games/arcade/Pong', 'games/pong']);
    expect(check.paths('groups')).toEqual(['games', 'games/arcade']);
  });

  it.each<[fault: string, says: string, commands: readonly Command[]]>([
    ['two paths that differ in case only', 'PONG is taken', [project(1, 'Pong'), project(2, 'PONG')]],
    ['a project with the path of a group', 'games is taken', [group(1, 'games'), project(1, 'games')]],
    [
      'a rename to a path that is taken',
      'b is taken',
      [project(1, 'a'), project(2, 'b'), { type: 'RenameProject', data: { project: '1', name: 'b' } }],
    ],
    ['an id that is used again', 'does not grow', [project(2, 'a'), project(2, 'b')]],
    ['a project below a group that is not there', 'no group 7', [project(1, 'a', '7')]],
    [
      'settings of a project that is gone',
      'no project 1',
      [project(1, 'a'), { type: 'RemoveProject', data: { project: '1' } }, custom({ recipients: 'x' })],
    ],
    [
      'the removal of a group with something in it',
      'with 1 in it',
      [group(1, 'games'), project(1, 'pong', '1'), { type: 'RemoveGroup', data: { group: '1' } }],
    ],
    ['an integration that the catalog does not have', 'no integration pager', [project(1, 'a'), custom({}, 'pager')]],
    ['a field that the definition does not have', 'colour of irker', [project(1, 'a'), custom({ colour: 'red' })]],
    ['a value of another type', 'server_port of irker', [project(1, 'a'), custom({ server_port: 'six thousand' })]],
    [
      'an integration at a level where it cannot be set',
      'at the level "instance"',
      [{ type: 'SetInstanceDefault', data: { integration: 'jenkins', values: {} } }],
    ],
  ])('refuses %s', (_, says, commands) => {
    expect(checking(...commands)).toThrow(says);
  });

  it('refuses time that runs back', () => {
    const [early, late] = timed([project(1, 'a'), project(2, 'b')]);
    expect(() => [...new HistoryCheck().through([late!, early!])]).toThrow('runs back');
  });
});
