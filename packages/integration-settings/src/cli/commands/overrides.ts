import type { CliCommand, OptionLine } from '../cli-command.ts';
import { parseLimit } from '../parse-count.ts';
import { parseScope } from '../scope-argument.ts';
import { printTable } from '../table.ts';
import { atOption, type AtOption, withReads } from '../with-reads.ts';

interface Options extends AtOption {
  readonly within?: string;
  readonly limit?: string;
  readonly after?: string;
}

const pageOptions: readonly OptionLine[] = [
  ['--within <scope>', 'only at or below this group or project'],
  ['--limit <n>', 'at most so many, up to 1000 (default: 100)'],
  ['--after <cursor>', 'go on where the last page ended'],
  atOption,
];

/** Lists the projects that deviate. */
export const overrides: CliCommand<Options> = {
  name: 'overrides',
  summary: 'list the projects that have settings of their own',
  arguments: { '<integration>': 'such as jira' },
  options: pageOptions,
  examples: ['overrides jira', 'overrides jira --within group/backend --limit 20'],
  run: (context, integration: string) => {
    const { terminal, options } = context;
    return withReads(context, undefined, async (view) => {
      const page = view.overrides(integration, {
        ...(options.within === undefined ? {} : { within: parseScope(options.within) }),
        ...(options.limit === undefined ? {} : { limit: parseLimit(options.limit) }),
        ...(options.after === undefined ? {} : { after: options.after }),
      });
      if (options.json === true) return terminal.printJson(page);
      const rows = page.items.map(({ project, own, active, hidden }) => [
        `project/${project}`,
        own,
        active ? 'active' : 'inactive',
        hidden ? 'hidden by a lock' : '',
      ]);
      await printTable(terminal, ['project', 'own', 'toggle', ''], rows);
      if (page.next !== undefined) terminal.note(`There are more: --after ${page.next}`);
    });
  },
};
