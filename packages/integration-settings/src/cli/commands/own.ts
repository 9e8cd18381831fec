import type { CliCommand } from '../cli-command.ts';
import { renderValue } from '../render.ts';
import { parseScope, scopeHelp } from '../scope-argument.ts';
import { printTable } from '../table.ts';
import { visible } from '../visible.ts';
import { atOption, type AtOption, withReads } from '../with-reads.ts';

/** Shows what a scope itself holds. */
export const own: CliCommand<AtOption> = {
  name: 'own',
  summary: 'show what a scope itself has, hidden or not, and what it locks',
  arguments: { '<scope>': scopeHelp, '<integration>': 'such as jira' },
  options: [atOption],
  examples: ['own project/backend/api jira'],
  run: (context, text: string, integration: string) => {
    const { terminal, options } = context;
    const scope = parseScope(text);
    return withReads(context, scope, async (view) => {
      const found = view.own(scope, integration);
      if (options.json === true) return terminal.printJson(found);
      const { mode, active, values, lock, hidden, revision } = found;
      terminal.print(
        `${terminal.paint('bold', integration)} of ${visible(text)}: ${mode}${hidden ? ' (hidden by a lock)' : ''}`,
      );
      if (lock !== undefined) terminal.print(`locks ${lock === 'whole' ? 'everything' : lock.join(', ')}`);
      terminal.print(`revision ${revision}\n`);
      const toggle = active === undefined ? [] : [['active', active] as const];
      const rows = [...toggle, ...Object.entries(values)].map(([field, value]) => [field, renderValue(value)]);
      if (rows.length > 0) await printTable(terminal, ['field', 'value'], rows);
    });
  },
};
