import { parseScopeBelow } from '../scope-argument.ts';
import { readValues, valuesHelp } from '../value-arguments.ts';
import type { WriteCommand } from '../write-command.ts';

/** Makes single fields a scope's own. */
export const override: WriteCommand = {
  name: 'override',
  summary: 'let a project or group have single fields of its own',
  details: 'The other fields go on following the default. FIELD= makes a field own and empty.',
  arguments: { '<scope>': 'group/ID or project/ID', '<integration>': 'such as jira', '<values...>': valuesHelp },
  examples: ['override project/backend/api jira jira_issue_prefix=API-', 'override group/backend jira active=off'],
  async toCommand({ catalog, terminal }, scope: string, integration: string, ...words: string[]) {
    const given = await readValues(catalog, integration, words, terminal);
    return { type: 'OverrideFields', data: { ...parseScopeBelow(scope), integration, ...given } };
  },
};
