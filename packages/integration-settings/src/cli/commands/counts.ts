import type { CliCommand } from '../cli-command.ts';
import { withSettings } from '../open-settings.ts';
import { renderCount } from '../render.ts';
import { parseScope } from '../scope-argument.ts';
import { printTable } from '../table.ts';

/** Counts projects by how they hold an integration. */
export const counts: CliCommand<{ readonly within?: string }> = {
  name: 'counts',
  summary: 'count projects by how they have their settings',
  arguments: { '<integration>': 'such as jira' },
  options: [['--within <scope>', 'only at or below this group or project']],
  examples: ['counts jira', 'counts jira --within group/backend'],
  run: ({ terminal, options }, integration: string) =>
    withSettings(options, async (settings) => {
      const found = settings.counts(integration, parseScope(options.within ?? 'instance'));
      if (options.json === true) return terminal.printJson(found);
      const rows = Object.entries({ ...found.byMode, total: found.total, active: found.active });
      await printTable(
        terminal,
        ['projects', ''],
        rows.map(([name, count]) => [name, renderCount(count)]),
      );
    }),
};
