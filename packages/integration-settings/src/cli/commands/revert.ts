import { revertSettings } from '@integration-settings/domain';
import { momentHelp, parseMoment } from '../parse-moment.ts';
import { parseScope, scopeHelp } from '../scope-argument.ts';
import type { WriteCommand } from '../write-command.ts';

/** Gives a scope back what it had. */
export const revert: WriteCommand = {
  name: 'revert',
  summary: 'give a scope back the settings of its own, not the locks, that it had at a moment',
  arguments: { '<scope>': scopeHelp, '<integration>': 'such as jira', '<moment>': momentHelp },
  examples: ['revert project/backend/api jira 2026-01-31T12:00:00Z', 'revert group/backend jira 42'],
  async toCommand(context, text: string, integration: string, moment: string) {
    const scope = parseScope(text);
    const { position } = await context.settings.asOf(parseMoment('<moment>', moment, context), { scope });
    return revertSettings(scope, integration, position.toString());
  },
};
