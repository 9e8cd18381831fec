import { parseScope } from '../scope-argument.ts';
import type { WriteCommand } from '../write-command.ts';

/** Removes what a scope has of its own. */
export const reset: WriteCommand = {
  name: 'reset',
  summary: 'remove whatever a scope has of its own, its lock included',
  details: 'What inherited it has the next default above, if there is one, else nothing.',
  arguments: { '<scope>': 'instance, group/ID or project/ID', '<integration>': 'such as jira' },
  examples: ['reset group/backend jira', 'reset project/backend/api jira'],
  toCommand(_context, text: string, integration: string) {
    const scope = parseScope(text);
    if (scope === 'instance') return { type: 'ResetInstanceDefault', data: { integration } };
    return 'group' in scope
      ? { type: 'ResetGroupDefault', data: { ...scope, integration } }
      : { type: 'ResetProjectSettings', data: { ...scope, integration } };
  },
};
