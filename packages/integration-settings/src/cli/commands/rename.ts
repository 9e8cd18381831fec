import { parseScopeBelow } from '../scope-argument.ts';
import type { WriteCommand } from '../write-command.ts';

/** Names a group or project anew. */
export const rename: WriteCommand = {
  name: 'rename',
  summary: 'give a group or project another name; its id stays',
  arguments: { '<scope>': 'group/ID or project/ID', '<name>': 'its new name' },
  examples: ['rename project/42 "Backend API"'],
  toCommand(_context, text: string, name: string) {
    const scope = parseScopeBelow(text);
    return 'group' in scope
      ? { type: 'RenameGroup', data: { ...scope, name } }
      : { type: 'RenameProject', data: { ...scope, name } };
  },
};
