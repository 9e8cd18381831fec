import { scopeKey } from '@integration-settings/domain';
import type { CliCommand } from '../cli-command.ts';
import { parseLimit } from '../parse-count.ts';
import { renderCount } from '../render.ts';
import { parseScope } from '../scope-argument.ts';
import { printTable } from '../table.ts';
import { atOption, type AtOption, withReads } from '../with-reads.ts';

/** Lists what lies directly in a scope. */
export const scopes: CliCommand<AtOption & { readonly limit?: string; readonly after?: string }> = {
  name: 'scopes',
  summary: 'list the groups and projects that lie directly in a scope',
  arguments: { '[scope]': 'instance (if none is given) or group/ID' },
  options: [
    ['--limit <n>', 'at most so many, up to 1000 (default: 100)'],
    ['--after <cursor>', 'go on where the last page ended'],
    atOption,
  ],
  examples: ['scopes', 'scopes group/backend'],
  run: (context, scope = 'instance') => {
    const { terminal, options } = context;
    return withReads(context, undefined, async (view) => {
      const page = view.scopes.children(parseScope(scope), {
        ...(options.limit === undefined ? {} : { limit: parseLimit(options.limit) }),
        ...(options.after === undefined ? {} : { after: options.after }),
      });
      if (options.json === true) return terminal.printJson(page);
      const rows = page.items.map(({ scope, name, projects }) => [scopeKey(scope), name, renderCount(projects)]);
      await printTable(terminal, ['scope', 'name', 'projects'], rows);
      if (page.next !== undefined) terminal.note(`There are more: --after ${page.next}`);
    });
  },
};
