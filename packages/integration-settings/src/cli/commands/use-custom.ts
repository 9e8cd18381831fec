import { parseScopeBelow } from '../scope-argument.ts';
import { readValues, valuesHelp } from '../value-arguments.ts';
import type { WriteCommand } from '../write-command.ts';

/** Gives a scope custom settings, or changes those it has. */
export const useCustom: WriteCommand = {
  name: 'use-custom',
  summary: 'give a project or group custom settings, or change those it has',
  details: 'They begin as a copy of what holds there, and no longer follow the default.',
  arguments: { '<scope>': 'group/ID or project/ID', '<integration>': 'such as jira', '[values...]': valuesHelp },
  examples: ['use-custom project/backend/api jira jira_issue_prefix=API- active=on'],
  async toCommand({ catalog, terminal }, scope: string, integration: string, ...words: string[]) {
    const given = await readValues(catalog, integration, words, terminal);
    return { type: 'SwitchToCustom', data: { ...parseScopeBelow(scope), integration, ...given } };
  },
};
