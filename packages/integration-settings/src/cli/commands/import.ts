import type { ReconcileReport } from '../../integration-settings.ts';
import type { CliCommand, Context } from '../cli-command.ts';
import type { GlobalOptions } from '../global-options.ts';
import { withSettings } from '../open-settings.ts';
import { CommandLineError, usageError } from '../command-line-error.ts';
import { parseCount } from '../parse-count.ts';
import { renderCount } from '../render.ts';
import { openTreeFile } from '../tree-file.ts';
import { withProgress } from '../progress.ts';
import { actorOf } from '../write-command.ts';

interface Options {
  readonly format?: string;
  readonly dryRun?: true;
  readonly remove?: true;
  readonly atMost?: string;
  readonly reason?: string;
}

/** Brings the tree in step with a file. */
export const importTree: CliCommand<Options> = {
  name: 'import',
  summary: 'bring the tree of groups and projects in step with a file',
  details: [
    'A file of paths has one project a line, such as backend/api; more columns, after a tab, and lines that begin with #',
    'are skipped. The paths are the ids, and the groups are those that the paths name.',
    'A file of JSON lines has one scope a line, in any order: {"group":"7","parent":null,"name":"Backend"} or',
    '{"project":"42","parent":"7"}. A second run has nothing to do.',
  ].join('\n'),
  arguments: { '<file>': 'of paths, or of JSON lines (.jsonl, .ndjson); - is the input' },
  options: [
    ['--format <format>', 'paths or jsonl, whatever the name of the file'],
    ['--dry-run', 'say what would be done, and do nothing'],
    ['--remove', 'also remove what is not in the file, at most a tenth of all'],
    ['--at-most <n>', 'with --remove: at most so many instead of a tenth'],
    ['--reason <text>', 'why; recorded with the events'],
  ],
  examples: ['import projects.tsv', 'import tree.jsonl --remove --dry-run', 'import - --format jsonl'],
  run: (context, file: string) =>
    withSettings(context.options, async (settings) => {
      const { terminal, options } = context;
      const tree = await openTreeFile(file, formatOf(options.format), terminal.stdin);
      const start = performance.now();
      const report = await withProgress(tree, context, (entries) =>
        settings.reconcile(entries, {
          actor: actorOf(options),
          dryRun: options.dryRun === true,
          remove: removalOf(options),
          ...(options.reason === undefined ? {} : { reason: options.reason }),
        }),
      );
      printReport(report, performance.now() - start, context);
    }),
};

const formatOf = (format: string | undefined): 'paths' | 'jsonl' | undefined => {
  if (format === undefined || format === 'paths' || format === 'jsonl') return format;
  throw usageError('--format is neither paths nor jsonl.');
};

const removalOf = ({ remove, atMost }: Options): boolean | { readonly atMost: number } => {
  if (atMost === undefined) return remove === true;
  if (remove !== true) throw usageError('--at-most needs --remove.');
  return { atMost: parseCount('--at-most', atMost) };
};

const printReport = (report: ReconcileReport, milliseconds: number, { terminal, options }: Context<Options>): void => {
  const { failed, ...done } = report;
  if (options.json === true) terminal.printJson({ ...done, failed, milliseconds: Math.round(milliseconds) });
  else {
    const counts = Object.entries(done).map(([name, count]) => `${renderCount(count)} ${name}`);
    terminal.print(`${counts.join(', ')} in ${(milliseconds / 1000).toFixed(1)} s${remark(options)}`);
  }
  if (failed.length === 0) return;
  const first = failed.slice(0, 20).map(({ entry, error }) => `  ${JSON.stringify(entry)}: ${error.message}`);
  throw new CommandLineError(`${failed.length} entries failed, among them:\n${first.join('\n')}`, 1);
};

const remark = ({ dryRun }: GlobalOptions & Options): string => (dryRun === true ? ' (nothing was done)' : '');
