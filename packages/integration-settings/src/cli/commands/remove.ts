import { parseScopeBelow } from '../scope-argument.ts';
import type { WriteCommand } from '../write-command.ts';

/** Removes a group or project for ever. */
export const remove: WriteCommand = {
  name: 'remove',
  summary: 'remove a group with all below it, or a project, for ever',
  details: 'Ids are not used again.',
  arguments: { '<scope>': 'group/ID or project/ID' },
  examples: ['remove project/42'],
  toCommand(_context, text: string) {
    const scope = parseScopeBelow(text);
    return 'group' in scope ? { type: 'RemoveGroup', data: scope } : { type: 'RemoveProject', data: scope };
  },
};
