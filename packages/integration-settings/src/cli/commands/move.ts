import { parsePlace, parseScopeBelow } from '../scope-argument.ts';
import type { WriteCommand } from '../write-command.ts';

/** Moves a group or project. */
export const move: WriteCommand = {
  name: 'move',
  summary: 'move a group with all below it, or transfer a project',
  details: 'What is own goes along; what is inherited comes from the new place at once.',
  arguments: { '<scope>': 'group/ID or project/ID', '<parent>': 'its new place: instance or group/ID' },
  examples: ['move project/42 group/frontend'],
  toCommand(_context, text: string, place: string) {
    const scope = parseScopeBelow(text);
    const parent = parsePlace(place);
    return 'group' in scope
      ? { type: 'MoveGroup', data: { ...scope, parent } }
      : { type: 'TransferProject', data: { ...scope, group: parent } };
  },
};
