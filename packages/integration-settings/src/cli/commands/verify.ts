import { type ReadModelVerification, verifyReadModel, type VerifyReport } from '@integration-settings/projections';
import type { CliCommand, Context } from '../cli-command.ts';
import { CommandLineError } from '../command-line-error.ts';
import { withFoldProgress } from '../fold-progress.ts';
import { withSettings } from '../open-settings.ts';
import { renderCount } from '../render.ts';
import { visible } from '../visible.ts';
import { withInterrupt } from '../with-interrupt.ts';
import { readModelOption, type ReadModelOption, withReadModel } from '../with-read-model.ts';

/** Says whether the view, or an SQL read model, is what its log says. */
export const verify: CliCommand<ReadModelOption> = {
  name: 'verify',
  summary: 'fold all events once more, and say what differs; exit 1 if anything does',
  details: [
    'Also counts events without effect, what the catalog does not understand, what is incomplete, and keys left.',
    'A read model is compared with one that is built beside it and then forgotten; what it holds stays as it is.',
  ].join('\n'),
  options: [readModelOption],
  examples: ['verify', 'verify --json', 'verify --read-model read-model.sqlite'],
  run: async (context) => {
    const { readModel: file } = context.options;
    const report = await (file === undefined ? verifyView(context) : verifyFile(file, context));
    print(report, context);
    if (!report.ok) throw new CommandLineError(found(report.differences.length), 1);
  },
};

const found = (count: number): string => (count === 1 ? '1 difference was found.' : `${count} differences were found.`);

const verifyView = (context: Context): Promise<VerifyReport> =>
  withSettings(context.options, (settings) =>
    withInterrupt('Nothing was changed.', (signal) =>
      withFoldProgress(context, (onProgress) => settings.verify({ onProgress, signal })),
    ),
  );

const verifyFile = (file: string, context: Context): Promise<ReadModelVerification> =>
  withReadModel(file, false, context, (opened) =>
    withInterrupt('What it holds is as it was, and the next one goes on there.', (signal) =>
      withFoldProgress(context, (onProgress) => verifyReadModel({ ...opened, onProgress, signal })),
    ),
  );

const print = (report: VerifyReport | ReadModelVerification, { terminal, options }: Context): void => {
  if (options.json === true) return terminal.printJson(report);
  const { events, position, differences } = report;
  terminal.print(`${renderCount(events)} events up to position ${position}`);
  for (const difference of differences) terminal.print(`differs: ${visible(difference)}`);
  if ('withoutEffect' in report) printFindings(report, { terminal, options });
  if (report.ok) terminal.print(terminal.paint('green', 'All is as the events say.'));
};

/** What else there is to know of the log. */
const printFindings = (report: VerifyReport, { terminal }: Context): void => {
  const { withoutEffect, notUnderstood, incomplete, keysLeft } = report;
  for (const { type, position: at } of withoutEffect) terminal.print(`without effect: ${type} at position ${at}`);
  if (notUnderstood > 0)
    terminal.print(`${renderCount(notUnderstood)} stored values that the catalog does not understand`);
  if (incomplete > 0) terminal.print(`${renderCount(incomplete)} settings of projects that lack a required field`);
  if (keysLeft > 0) terminal.print(`${renderCount(keysLeft)} keys of erased secrets that are still there`);
};
