import type { CliCommand } from '../cli-command.ts';
import { withFoldProgress } from '../fold-progress.ts';
import { withSettings } from '../open-settings.ts';
import { renderCount } from '../render.ts';

/** Builds the view anew. */
export const rebuild: CliCommand = {
  name: 'rebuild',
  summary: 'fold all events into a new view, compare it with the old one, and switch',
  details: 'While it works it shows how far it has come; with --json, as JSON lines on the error output.',
  examples: ['rebuild', 'rebuild --json'],
  run: (context) =>
    withSettings(context.options, async (settings) => {
      const { terminal, options } = context;
      const report = await withFoldProgress(context, (onProgress) => settings.rebuild({ onProgress }));
      if (options.json === true) return terminal.printJson(report);
      const { events, position, milliseconds, differences } = report;
      for (const difference of differences) terminal.print(`differed: ${difference}`);
      terminal.print(
        `${renderCount(events)} events up to position ${position} in ${(milliseconds / 1000).toFixed(1)} s`,
      );
    }),
};
