import { randomUUID } from 'node:crypto';
import {
  type CommandOf,
  lockDefault,
  overrideFields,
  setGroupDefault,
  setInstanceDefault,
  switchToCustom,
  switchToInherited,
  transferProject,
  unlockDefault,
} from '@integration-settings/domain';
import type { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import type { Cast } from './cast.ts';

/** A command as the catalog types it. */
export type StepCommand = CommandOf<typeof gitlabCatalog>;

/** One thing that somebody does, by one command or by many of a kind. */
export interface Step {
  readonly name: string;
  readonly commands: readonly [StepCommand, ...StepCommand[]];
  /** A project to look at before and after. */
  readonly project: string;
}

/** The integration that the walk is about. */
export const integration = 'jira';

/** What administrators do with defaults and projects with their settings, step by step. */
export const walk = ({ customs, returning, team, follower, silent, mover, target }: Cast): readonly Step[] => {
  return [
    {
      name: 'Set the default of the instance for the first time',
      commands: [
        setInstanceDefault(integration, {
          url: 'https://jira.example.com',
          username: 'bot',
          password: randomUUID(),
          jira_issue_prefix: 'OPS-',
        }),
      ],
      project: follower,
    },
    {
      name: 'Change it: Jira has moved, so its password is entered again',
      commands: [setInstanceDefault(integration, { url: 'https://issues.example.com', password: randomUUID() })],
      project: follower,
    },
    {
      name: `${customs.length} projects go custom, and begin with a copy of the default`,
      commands: forEach(customs, (project) =>
        switchToCustom({ project }, integration, { jira_issue_prefix: `${project.split('/').at(-1)}-` }),
      ),
      project: customs[0],
    },
    {
      name: 'Change the default again: custom projects keep theirs',
      commands: [setInstanceDefault(integration, { commit_events: true })],
      project: follower,
    },
    {
      name: `${returning.length} of them come back to the default`,
      commands: forEach(returning, (project) => switchToInherited({ project }, integration)),
      project: customs[0],
    },
    {
      name: 'One project switches off, and goes on inheriting',
      commands: [switchToInherited({ project: silent }, integration, { active: false })],
      project: silent,
    },
    {
      name: `The group ${team} sets a default of its own`,
      commands: [setGroupDefault(team, integration, { jira_issue_prefix: 'TEAM-' })],
      project: follower,
    },
    {
      name: 'A project of the group overrides one field',
      commands: [overrideFields({ project: mover }, integration, { jira_issue_prefix: 'MINE-' })],
      project: mover,
    },
    {
      name: 'Change the default of the group: the project follows but for its own field',
      commands: [setGroupDefault(team, integration, { commit_events: false })],
      project: mover,
    },
    {
      name: `The project is transferred to ${target}: its own field goes along`,
      commands: [transferProject(mover, { group: target })],
      project: mover,
    },
    {
      name: 'Lock the default of the instance: nobody may deviate',
      commands: [lockDefault('instance', integration)],
      project: mover,
    },
    {
      name: 'Unlock it: what deviated is back unchanged',
      commands: [unlockDefault('instance', integration)],
      project: mover,
    },
  ];
};

const forEach = (
  [first, ...others]: Cast['customs'],
  create: (project: string) => StepCommand,
): readonly [StepCommand, ...StepCommand[]] => [create(first), ...others.map(create)];
