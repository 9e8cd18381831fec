import type { VerifyReport } from '@integration-settings/projections';
import type { CliCommand, Context } from '../cli-command.ts';
import { CommandLineError } from '../command-line-error.ts';
import { withFoldProgress } from '../fold-progress.ts';
import { withSettings } from '../open-settings.ts';
import { renderCount } from '../render.ts';

/** Says whether the view is what its log says. */
export const verify: CliCommand = {
  name: 'verify',
  summary: 'fold all events once more, and say what differs; exit 1 if anything does',
  details:
    'Also counts events without effect, what the catalog does not understand, what is incomplete, and keys left.',
  examples: ['verify', 'verify --json'],
  run: (context) =>
    withSettings(context.options, async (settings) => {
      const report = await withFoldProgress(context, (onProgress) => settings.verify({ onProgress }));
      print(report, context);
      if (!report.ok) throw new CommandLineError(`${report.differences.length} differences were found.`, 1);
    }),
};

const print = (report: VerifyReport, { terminal, options }: Context): void => {
  if (options.json === true) return terminal.printJson(report);
  const { events, position, differences, withoutEffect, notUnderstood, incomplete, keysLeft } = report;
  terminal.print(`${renderCount(events)} events up to position ${position}`);
  for (const difference of differences) terminal.print(`differs: ${difference}`);
  for (const { type, position: at } of withoutEffect) terminal.print(`without effect: ${type} at position ${at}`);
  if (notUnderstood > 0)
    terminal.print(`${renderCount(notUnderstood)} stored values that the catalog does not understand`);
  if (incomplete > 0) terminal.print(`${renderCount(incomplete)} settings of projects that lack a required field`);
  if (keysLeft > 0) terminal.print(`${renderCount(keysLeft)} keys of erased secrets that are still there`);
  if (report.ok) terminal.print(terminal.paint('green', 'All is as the events say.'));
};
