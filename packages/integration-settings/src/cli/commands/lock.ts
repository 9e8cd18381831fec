import { readFieldNames } from '../field-names.ts';
import { parsePlace } from '../scope-argument.ts';
import { usageError } from '../command-line-error.ts';
import type { WriteCommand } from '../write-command.ts';

/** Keeps scopes below from deviating. */
export const lock: WriteCommand<{ readonly only?: true }> = {
  name: 'lock',
  summary: 'keep everything below from deviating, wholly or in some fields',
  details: 'What deviates below is kept, but does not hold while the lock stands.',
  arguments: {
    '<scope>': 'instance or group/ID',
    '<integration>': 'such as jira',
    '[fields...]': 'names of fields, active among them; none: all',
  },
  options: [['--only', 'exactly these fields stay locked']],
  examples: ['lock instance jira', 'lock group/backend jira url password', 'lock instance jira url --only'],
  toCommand({ options }, scope: string, integration: string, ...words: string[]) {
    const fields = readFieldNames(words);
    const data = { group: parsePlace(scope), integration };
    if (options.only === true && fields.length === 0) throw usageError('--only needs the fields that stay locked.');
    if (options.only === true) return { type: 'LockDefault', data: { ...data, fields, only: true } };
    return { type: 'LockDefault', data: fields.length === 0 ? data : { ...data, fields } };
  },
};
