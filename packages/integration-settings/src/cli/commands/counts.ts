import type { CliCommand } from '../cli-command.ts';
import { renderCount } from '../render.ts';
import { parseScope } from '../scope-argument.ts';
import { printTable } from '../table.ts';
import { atOption, type AtOption, withReads } from '../with-reads.ts';

/** Counts projects by how they hold an integration. */
export const counts: CliCommand<AtOption & { readonly within?: string }> = {
  name: 'counts',
  summary: 'count projects by how they have their settings',
  arguments: { '<integration>': 'such as jira' },
  options: [['--within <scope>', 'only at or below this group or project'], atOption],
  examples: ['counts jira', 'counts jira --within group/backend'],
  run: (context, integration: string) => {
    const { terminal, options } = context;
    const within = parseScope(options.within ?? 'instance');
    return withReads(context, undefined, async (view) => {
      const found = view.counts(integration, within);
      if (options.json === true) return terminal.printJson(found);
      const rows = Object.entries({ ...found.byMode, total: found.total, active: found.active });
      await printTable(
        terminal,
        ['projects', ''],
        rows.map(([name, count]) => [name, renderCount(count)]),
      );
    });
  },
};
