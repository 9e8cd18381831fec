import { parsePlace } from '../scope-argument.ts';
import { readValues, valuesHelp } from '../value-arguments.ts';
import type { WriteCommand } from '../write-command.ts';

/** Sets the default of the instance or a group. */
export const setDefault: WriteCommand = {
  name: 'set-default',
  summary: 'set a default, or change what is given of it',
  details: 'What is below and has no custom settings has it at once. Fields that are not given stay as they are.',
  arguments: {
    '<scope>': 'instance or group/ID',
    '<integration>': 'such as jira (see: integrations)',
    '[values...]': valuesHelp,
  },
  examples: [
    'set-default instance jira url=https://jira.example.com username=bot password@env:JIRA_PASSWORD',
    'set-default group/backend slack webhook@webhook.txt push_events=on',
    'set-default instance jira active=off',
  ],
  async toCommand({ catalog, terminal }, scope: string, integration: string, ...words: string[]) {
    const group = parsePlace(scope);
    const given = await readValues(catalog, integration, words, terminal);
    return group === null
      ? { type: 'SetInstanceDefault', data: { integration, ...given } }
      : { type: 'SetGroupDefault', data: { group, integration, ...given } };
  },
};
