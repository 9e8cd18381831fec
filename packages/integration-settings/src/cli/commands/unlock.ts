import { readFieldNames } from '../field-names.ts';
import { parsePlace } from '../scope-argument.ts';
import type { WriteCommand } from '../write-command.ts';

/** Lets scopes below deviate again. */
export const unlock: WriteCommand = {
  name: 'unlock',
  summary: 'let everything below deviate again, wholly or in some fields',
  details: 'What deviated before holds again.',
  arguments: {
    '<scope>': 'instance or group/ID',
    '<integration>': 'such as jira',
    '[fields...]': 'names of fields; none: all',
  },
  examples: ['unlock instance jira', 'unlock group/backend jira url'],
  toCommand(_context, scope: string, integration: string, ...words: string[]) {
    const fields = readFieldNames(words);
    const data = { group: parsePlace(scope), integration };
    return { type: 'UnlockDefault', data: fields.length === 0 ? data : { ...data, fields } };
  },
};
