import { parsePlace, parseScopeBelow } from '../scope-argument.ts';
import type { WriteCommand } from '../write-command.ts';

/** Makes a group or project known. */
export const register: WriteCommand<{ readonly name?: string }> = {
  name: 'register',
  summary: 'make one group or project known',
  arguments: { '<scope>': 'group/ID or project/ID', '<parent>': 'where it lies: instance or group/ID' },
  options: [['--name <name>', 'its name, if that is not the id']],
  examples: ['register group/backend instance', 'register project/42 group/backend --name "Backend API"'],
  toCommand({ options }, text: string, place: string) {
    const scope = parseScopeBelow(text);
    const parent = parsePlace(place);
    const named = options.name === undefined ? {} : { name: options.name };
    return 'group' in scope
      ? { type: 'RegisterGroup', data: { ...scope, parent, ...named } }
      : { type: 'RegisterProject', data: { ...scope, group: parent, ...named } };
  },
};
