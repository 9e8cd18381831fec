import { readFieldNames } from '../field-names.ts';
import { parseScopeBelow } from '../scope-argument.ts';
import type { WriteCommand } from '../write-command.ts';

/** Gives single fields back to the default. */
export const inherit: WriteCommand = {
  name: 'inherit',
  summary: 'give single fields back to the default',
  details: 'On custom settings all other fields stay own.',
  arguments: {
    '<scope>': 'group/ID or project/ID',
    '<integration>': 'such as jira',
    '<fields...>': 'names of fields; active is the toggle',
  },
  examples: ['inherit project/backend/api jira jira_issue_prefix active'],
  toCommand(_context, scope: string, integration: string, ...words: string[]) {
    const fields = readFieldNames(words);
    return { type: 'InheritFields', data: { ...parseScopeBelow(scope), integration, fields } };
  },
};
