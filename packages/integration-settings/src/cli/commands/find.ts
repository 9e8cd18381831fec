import { scopeKey } from '@integration-settings/domain';
import type { CliCommand } from '../cli-command.ts';
import { parseLimit } from '../parse-count.ts';
import { parseScope } from '../scope-argument.ts';
import { printTable } from '../table.ts';
import { atOption, type AtOption, withReads } from '../with-reads.ts';

/** Finds scopes by a part of their id or name. */
export const find: CliCommand<AtOption & { readonly within?: string; readonly limit?: string }> = {
  name: 'find',
  summary: 'find groups and projects by a part of their id or name',
  arguments: { '<text>': 'upper and lower case are the same' },
  options: [
    ['--within <scope>', 'only at or below this group'],
    ['--limit <n>', 'at most so many, up to 1000'],
    atOption,
  ],
  examples: ['find api', 'find api --within group/backend'],
  run: (context, text: string) => {
    const { terminal, options } = context;
    return withReads(context, undefined, async (view) => {
      const found = await view.scopes.find(text, {
        ...(options.within === undefined ? {} : { within: parseScope(options.within) }),
        ...(options.limit === undefined ? {} : { limit: parseLimit(options.limit) }),
      });
      if (options.json === true) return terminal.printJson(found);
      const rows = found.map(({ scope, name }) => [scopeKey(scope), name]);
      await printTable(terminal, ['scope', 'name'], rows);
    });
  },
};
