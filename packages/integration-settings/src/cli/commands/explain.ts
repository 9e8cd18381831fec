import type { ExplainedField } from '@integration-settings/projections';
import type { CliCommand } from '../cli-command.ts';
import { renderMode, renderScope, renderValue } from '../render.ts';
import { parseScope, scopeHelp } from '../scope-argument.ts';
import { printTable } from '../table.ts';
import { visible } from '../visible.ts';
import { atOption, type AtOption, withReads } from '../with-reads.ts';

/** Shows where each value comes from. */
export const explain: CliCommand<AtOption> = {
  name: 'explain',
  summary: 'show for each field where its value comes from, and what lost against it',
  arguments: { '<scope>': scopeHelp, '<integration>': 'such as jira' },
  options: [atOption],
  examples: ['explain project/backend/api jira'],
  run: (context, text: string, integration: string) => {
    const { terminal, options } = context;
    const scope = parseScope(text);
    return withReads(context, scope, async (view) => {
      const explanation = await view.explain(scope, integration);
      if (options.json === true) return terminal.printJson(explanation);
      terminal.print(`${terminal.paint('bold', integration)} at ${visible(`${text}: ${renderMode(explanation)}`)}`);
      if (explanation.lockedBy !== undefined) terminal.print(`locked by ${visible(renderScope(explanation.lockedBy))}`);
      terminal.print('');
      const fields = Object.entries(explanation.fields).filter(([, field]) => hasStory(field));
      const rows = [['active', explanation.active] as const, ...fields].flatMap(([name, field]) => rowsOf(name, field));
      await printTable(terminal, ['field', 'value', 'from', 'by', 'at', 'reason'], rows);
    });
  },
};

const hasStory = ({ value, source, overridden }: ExplainedField): boolean =>
  value !== undefined || source !== undefined || overridden.length > 0;

const rowsOf = (name: string, field: ExplainedField): readonly (readonly string[])[] => [
  [name, ...cellsOf(field, field.lockedBy === undefined ? '' : ` (locked by ${renderScope(field.lockedBy)})`)],
  ...field.overridden.map((lost) => ['', ...cellsOf(lost, ` (lost: ${lost.why})`)]),
];

type At = Pick<ExplainedField, 'value' | 'source' | 'setBy' | 'setAt' | 'reason'>;

const cellsOf = ({ value, source, setBy, setAt, reason }: At, remark: string): readonly string[] => [
  renderValue(value),
  `${renderScope(source)}${remark}`,
  setBy ?? '',
  setAt ?? '',
  reason ?? '',
];
