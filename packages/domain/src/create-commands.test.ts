import { describe, expect, it } from 'vitest';
import type { Command, Commands } from './commands.ts';
import * as settings from './create-settings-commands.ts';
import * as structure from './create-structure-commands.ts';

const group = { group: '7' } as const;
const project = { project: '42' } as const;
const jira = { integration: 'jira' } as const;
const values = { url: 'https://jira.example', username: null } as const;
const on = { active: true } as const;
const off = { active: false } as const;

/** What each creator makes, with everything it takes left out and given. */
const made: { readonly [T in keyof Commands]: readonly (readonly [Command, Command<T>['data']])[] } = {
  SetInstanceDefault: [
    [settings.setInstanceDefault('jira'), { ...jira }],
    [settings.setInstanceDefault('jira', values, off), { ...jira, ...off, values }],
    [settings.setInstanceDefault('jira', {}), { ...jira, values: {} }],
  ],
  ResetInstanceDefault: [[settings.resetInstanceDefault('jira'), { ...jira }]],
  SetGroupDefault: [
    [settings.setGroupDefault('7', 'jira'), { ...group, ...jira }],
    [settings.setGroupDefault('7', 'jira', values, on), { ...group, ...jira, ...on, values }],
  ],
  ResetGroupDefault: [[settings.resetGroupDefault('7', 'jira'), { ...group, ...jira }]],
  SwitchToCustom: [
    [settings.switchToCustom(project, 'jira'), { ...project, ...jira }],
    [settings.switchToCustom(group, 'jira', values, on), { ...group, ...jira, ...on, values }],
  ],
  ChangeCustomSettings: [
    [settings.changeCustomSettings(group, 'jira', values), { ...group, ...jira, values }],
    [settings.changeCustomSettings(project, 'jira', undefined, off), { ...project, ...jira, ...off }],
  ],
  SwitchToInherited: [
    [settings.switchToInherited(project, 'jira'), { ...project, ...jira }],
    [settings.switchToInherited(group, 'jira', off), { ...group, ...jira, ...off }],
  ],
  ResetProjectSettings: [[settings.resetProjectSettings('42', 'jira'), { ...project, ...jira }]],
  OverrideFields: [
    [settings.overrideFields(project, 'jira', values), { ...project, ...jira, values }],
    [settings.overrideFields(group, 'jira', undefined, on), { ...group, ...jira, ...on }],
  ],
  InheritFields: [
    [settings.inheritFields(project, 'jira', ['url']), { ...project, ...jira, fields: ['url'] }],
    [settings.inheritFields(group, 'jira', ['active']), { ...group, ...jira, fields: ['active'] }],
  ],
  LockDefault: [
    [settings.lockDefault('instance', 'jira'), { group: null, ...jira }],
    [settings.lockDefault(group, 'jira', ['url']), { ...group, ...jira, fields: ['url'] }],
    [settings.lockDefault(group, 'jira', ['url'], { only: false }), { ...group, ...jira, fields: ['url'] }],
    [settings.lockDefault(group, 'jira', ['url'], { only: true }), { ...group, ...jira, fields: ['url'], only: true }],
  ],
  UnlockDefault: [
    [settings.unlockDefault('instance', 'jira'), { group: null, ...jira }],
    [settings.unlockDefault(group, 'jira', ['url']), { ...group, ...jira, fields: ['url'] }],
  ],
  EraseSecrets: [
    [settings.eraseSecrets('instance', 'jira'), { group: null, ...jira }],
    [settings.eraseSecrets(group, 'jira'), { ...group, ...jira }],
    [settings.eraseSecrets(project, 'jira'), { ...project, ...jira }],
  ],
  RevertSettings: [
    [settings.revertSettings('instance', 'jira', '9'), { group: null, ...jira, to: '9' }],
    [settings.revertSettings(project, 'jira', '9'), { ...project, ...jira, to: '9' }],
  ],
  RegisterGroup: [
    [structure.registerGroup('7', { parent: null }), { group: '7', parent: null }],
    [structure.registerGroup('7', { parent: '1', name: 'Seven' }), { group: '7', parent: '1', name: 'Seven' }],
  ],
  MoveGroup: [[structure.moveGroup('7', { parent: '1' }), { group: '7', parent: '1' }]],
  RenameGroup: [[structure.renameGroup('7', 'Seven'), { group: '7', name: 'Seven' }]],
  RemoveGroup: [[structure.removeGroup('7'), { group: '7' }]],
  RegisterProject: [
    [structure.registerProject('42', { group: '7' }), { project: '42', group: '7' }],
    [structure.registerProject('42', { group: null, name: 'Answer' }), { project: '42', group: null, name: 'Answer' }],
  ],
  TransferProject: [[structure.transferProject('42', { group: null }), { project: '42', group: null }]],
  RenameProject: [[structure.renameProject('42', 'Answer'), { project: '42', name: 'Answer' }]],
  RemoveProject: [[structure.removeProject('42'), { project: '42' }]],
};

describe('a command creator', () => {
  const cases = Object.entries(made).flatMap(([type, pairs]) =>
    pairs.map(([command, data]) => ({ type, command, data })),
  );

  it.each(cases)('makes exactly the plain $type object: $data', ({ type, command, data }) => {
    expect(command).toStrictEqual({ type, data });
  });

  it('is there for every command', () => {
    const creators = [...Object.keys(settings), ...Object.keys(structure)];
    const expected = Object.keys(made).map((type) => `${type[0]?.toLowerCase()}${type.slice(1)}`);
    expect(creators.toSorted()).toEqual(expected.toSorted());
  });

  it('takes nothing from a scope but its id', () => {
    const scope = { ...project, name: 'Answer' };
    expect(settings.resetProjectSettings(scope.project, 'jira').data).toStrictEqual({ ...project, ...jira });
    expect(settings.switchToInherited(scope, 'jira').data).toStrictEqual({ ...project, ...jira });
  });

  it('keeps a place that a host forgot as missing: it never becomes the instance', () => {
    const forgotten = {} as { readonly parent: string | null; readonly group: string | null };
    expect(structure.moveGroup('7', forgotten).data.parent).toBeUndefined();
    expect(structure.registerGroup('7', forgotten).data.parent).toBeUndefined();
    expect(structure.transferProject('42', forgotten).data.group).toBeUndefined();
    expect(structure.registerProject('42', forgotten).data.group).toBeUndefined();
  });
});
