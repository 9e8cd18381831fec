import { rebuildReadModel, type RebuildReport, runReadModel } from '@integration-settings/projections';
import type { CliCommand, Context } from '../cli-command.ts';
import { withFoldProgress } from '../fold-progress.ts';
import { withSettings } from '../open-settings.ts';
import { renderCount } from '../render.ts';
import { visible } from '../visible.ts';
import { withInterrupt } from '../with-interrupt.ts';
import { readModelOption, type ReadModelOption, withReadModel } from '../with-read-model.ts';

/** Builds the view, or an SQL read model, anew. */
export const rebuild: CliCommand<ReadModelOption> = {
  name: 'rebuild',
  summary: 'fold all events into a new view, compare it with the old one, and switch',
  details: [
    'While it works it shows how far it has come; with --json, as JSON lines on the error output.',
    'A read model is built beside the one that holds, which everybody reads until the switch, and then brought up to date; a',
    'file that is not there is made. One that was stopped goes on when it is started again.',
  ].join('\n'),
  options: [readModelOption],
  examples: ['rebuild', 'rebuild --json', 'rebuild --read-model read-model.sqlite'],
  run: async (context) => {
    const { readModel: file } = context.options;
    print(await (file === undefined ? rebuildView(context) : rebuildFile(file, context)), context);
  },
};

const rebuildView = (context: Context): Promise<RebuildReport> =>
  withSettings(context.options, (settings) =>
    withInterrupt('The old view holds.', (signal) =>
      withFoldProgress(context, (onProgress) => settings.rebuild({ onProgress, signal })),
    ),
  );

const rebuildFile = (file: string, context: Context): Promise<RebuildReport> =>
  withReadModel(file, true, context, (opened) =>
    withInterrupt('The old one holds, and the next rebuild goes on there.', async (signal) => {
      const report = await withFoldProgress(context, (onProgress) =>
        rebuildReadModel({ ...opened, onProgress, signal }),
      );
      return { ...report, position: await runReadModel({ ...opened, follow: false, signal }) };
    }),
  );

const print = (report: RebuildReport, { terminal, options }: Context): void => {
  if (options.json === true) return terminal.printJson(report);
  const { events, position, milliseconds, differences } = report;
  for (const difference of differences) terminal.print(`differed: ${visible(difference)}`);
  terminal.print(`${renderCount(events)} events up to position ${position} in ${(milliseconds / 1000).toFixed(1)} s`);
};
