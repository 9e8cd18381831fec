import { jsonReplacer } from '@integration-settings/domain';
import type { AuditEntry } from '@integration-settings/projections';
import type { AuditOptions } from '../../integration-settings.ts';
import type { CliCommand, Context } from '../cli-command.ts';
import { usageError } from '../command-line-error.ts';
import { withSettings } from '../open-settings.ts';
import { parseCount } from '../parse-count.ts';
import { momentHelp, parseMoment } from '../parse-moment.ts';
import { renderScope } from '../render.ts';
import { renderChanges } from '../render-change.ts';
import { parseScope } from '../scope-argument.ts';
import { visible } from '../visible.ts';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly scope?: string;
  readonly integration?: string;
  readonly by?: string;
  readonly backwards?: true;
  readonly follow?: true;
  readonly limit?: string;
  readonly reached?: true;
  readonly csv?: true;
}

/** Shows who did what. */
export const audit: CliCommand<Options> = {
  name: 'audit',
  summary: 'show who did what, when and why, event by event',
  details: 'As a table, as CSV (--csv) or, with --json, as one JSON document a line.',
  options: [
    ['--from <moment>', `only what came after: ${momentHelp}`],
    ['--to <moment>', 'only up to there'],
    ['--scope <scope>', 'only about this scope, not those below it'],
    ['--integration <name>', 'only about this integration'],
    ['--by <actor>', 'only what this one did'],
    ['--backwards', 'newest first'],
    ['--follow', 'go on with what comes, until interrupted'],
    ['--limit <n>', 'at most so many'],
    ['--reached', 'count whom each event reached at that time (slow)'],
    ['--csv', 'print CSV'],
  ],
  examples: [
    'audit --from 2026-01-01 --scope group/backend',
    'audit --backwards --limit 20 --reached',
    'audit --follow --json',
  ],
  run: (context) => {
    const { terminal, options } = context;
    if (options.csv === true && options.json === true) throw usageError('--csv and --json exclude each other.');
    const asked = auditOptions(context);
    const limit = options.limit === undefined ? Infinity : parseCount('--limit', options.limit, 1);
    const print = printerOf(context);
    return withSettings(options, async (settings) => {
      let printed = 0;
      for await (const entry of settings.audit(asked)) {
        terminal.print(print(entry, options.reached === true ? await entry.reached() : undefined));
        printed += 1;
        if (printed === limit || terminal.outputLost.aborted) break;
      }
    });
  },
};

const auditOptions = (context: Context<Options>): AuditOptions => {
  const { terminal, options } = context;
  const { from, to, scope, integration, by, backwards, follow } = options;
  if (follow === true && (to !== undefined || backwards === true)) {
    throw usageError('--follow goes forwards and has no end: leave out --to and --backwards.');
  }
  return {
    ...(from === undefined ? {} : { from: parseMoment('--from', from, context) }),
    ...(to === undefined ? {} : { to: parseMoment('--to', to, context) }),
    ...(scope === undefined ? {} : { scope: parseScope(scope) }),
    ...(integration === undefined ? {} : { integration }),
    ...(by === undefined ? {} : { actor: by }),
    ...(backwards === true ? { direction: 'backwards' } : {}),
    ...(follow === true ? { follow, signal: terminal.outputLost } : {}),
  };
};

type Printer = (entry: AuditEntry, reached: number | undefined) => string;

/** Prints the headings, and says how an entry is printed: line by line, since nobody knows how many will come. */
const printerOf = ({ terminal, options }: Context<Options>): Printer => {
  if (options.json === true) return (entry, reached) => JSON.stringify({ ...entry, reached }, jsonReplacer);
  const headings = [...columns.map(([name]) => name), ...(options.reached === true ? ['reached'] : [])];
  if (options.csv === true) {
    terminal.print(headings.map(quoted).join(','));
    return (entry, reached) => cellsOf(entry, reached).map(quoted).join(',');
  }
  terminal.print(terminal.paint('bold', inColumns(headings)));
  return (entry, reached) => inColumns(cellsOf(entry, reached));
};

/** Each with how wide it is where lines are written one by one. */
const columns: readonly (readonly [name: string, width: number, cell: (entry: AuditEntry) => string])[] = [
  ['position', 8, ({ position }) => position.toString()],
  ['at', 24, ({ at }) => at],
  ['by', 12, ({ actor }) => actor],
  ['scope', 24, ({ scope }) => renderScope(scope)],
  ['integration', 16, ({ integration }) => integration ?? ''],
  ['event', 22, ({ cause }) => cause.type],
  ['change', 40, ({ changed }) => renderChanges(changed)],
  ['reason', 20, ({ reason }) => reason ?? ''],
];

const cellsOf = (entry: AuditEntry, reached: number | undefined): readonly string[] => [
  ...columns.map(([, , cell]) => cell(entry)),
  ...(reached === undefined ? [] : [reached.toString()]),
];

const inColumns = (cells: readonly string[]): string =>
  cells
    .map((cell, index) => visible(cell).padEnd(columns[index]?.[1] ?? 0))
    .join('  ')
    .trimEnd();

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
