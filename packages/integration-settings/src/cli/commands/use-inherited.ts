import { usageError } from '../command-line-error.ts';
import { parseScopeBelow } from '../scope-argument.ts';
import { readValues } from '../value-arguments.ts';
import type { WriteCommand } from '../write-command.ts';

/** Lets a scope inherit again. */
export const useInherited: WriteCommand = {
  name: 'use-inherited',
  summary: 'let a project or group inherit again',
  details: 'Its own settings are dropped and the default holds at once; only the toggle can be kept as its own.',
  arguments: {
    '<scope>': 'group/ID or project/ID',
    '<integration>': 'such as jira',
    '[toggle]': 'active=on or active=off',
  },
  examples: ['use-inherited project/backend/api jira', 'use-inherited project/backend/api jira active=off'],
  async toCommand({ catalog, terminal }, scope: string, integration: string, ...words: string[]) {
    const { active, values } = await readValues(catalog, integration, words, terminal);
    if (values !== undefined) throw usageError('Inherited settings take no values; expected active=on or active=off.');
    const toggle = active === undefined ? {} : { active };
    return { type: 'SwitchToInherited', data: { ...parseScopeBelow(scope), integration, ...toggle } };
  },
};
