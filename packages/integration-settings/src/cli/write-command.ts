import type { Catalog, Command, CommandReceipt } from '@integration-settings/domain';
import type { IntegrationSettings, SettingsView } from '../integration-settings.ts';
import type { CliCommand, Context, OptionLine } from './cli-command.ts';
import type { GlobalOptions } from './global-options.ts';
import { withSettings } from './open-settings.ts';
import { printImpact } from './print-impact.ts';
import type { Terminal } from './terminal.ts';

/** What a command is made with. */
export interface WriteContext<Options extends object = object> extends Context<Options> {
  readonly catalog: Catalog;
  /** Open while the command is made, to look something up. */
  readonly settings: SettingsView & Pick<IntegrationSettings, 'asOf'>;
}

/** A command that changes something, and so can be previewed. */
export interface WriteCommand<Options extends object = object> extends Omit<CliCommand, 'run'> {
  /** The command that the words mean. @throws CommandLineError */
  toCommand(context: WriteContext<Options>, ...words: string[]): Command | Promise<Command>;
}

/** How a command is to be taken. */
interface ExecuteOptions {
  readonly reason?: string;
  readonly commandId?: string;
  readonly expectedRevision?: string;
  readonly ifImpactAt?: string;
}

const executeOptions: readonly OptionLine[] = [
  ['--reason <text>', 'why; recorded with the events'],
  ['--command-id <uuid>', 'the same id again repeats nothing'],
  ['--expected-revision <n>', 'refuse if the scope has changed since (see: own)'],
  ['--if-impact-at <position>', 'refuse if the impact may differ from the one previewed there'],
];

/** The command that does it. */
export const executing = (write: WriteCommand): CliCommand<ExecuteOptions> => ({
  ...write,
  options: [...(write.options ?? []), ...executeOptions],
  run: (context, ...words) =>
    withSettings(context.options, async (settings) => {
      const { terminal, options } = context;
      const command = await commandOf(write, context, settings, words);
      const receipt = await settings.execute(command, {
        actor: actorOf(options),
        ...(options.reason === undefined ? {} : { reason: options.reason }),
        ...(options.commandId === undefined ? {} : { commandId: options.commandId }),
        ...(options.expectedRevision === undefined ? {} : { expectedRevision: options.expectedRevision }),
        ...(options.ifImpactAt === undefined ? {} : { ifImpactAt: options.ifImpactAt }),
      });
      if (options.json === true) terminal.printJson(receipt);
      else printReceipt(receipt, terminal);
    }),
});

/** The command that only says what it would change. */
export const previewing = (write: WriteCommand): CliCommand<{ readonly sample: string }> => ({
  ...write,
  options: [...(write.options ?? []), ['--sample <n>', 'how many projects to show before and after (default: 3)']],
  examples: write.examples.map((example) => `preview ${example}`),
  run: (context, ...words) =>
    withSettings(context.options, async (settings) => {
      const command = await commandOf(write, context, settings, words);
      const impact = await settings.preview(command, { actor: actorOf(context.options) });
      printImpact(command, impact, context);
    }),
});

const commandOf = async (
  write: WriteCommand,
  context: Context,
  settings: IntegrationSettings,
  words: readonly string[],
): Promise<Command> => write.toCommand({ ...context, catalog: settings.catalog, settings }, ...words);

/** Who types: whoever has the store may do everything. */
export const actorOf = ({ actor }: GlobalOptions): { readonly id: string; readonly administers: ['instance'] } => ({
  id: actor,
  administers: ['instance'],
});

const printReceipt = ({ events, position, duplicate }: CommandReceipt, terminal: Terminal): void => {
  if (events.length === 0) return terminal.print('Nothing to do: it is so already.');
  const names = events.map(({ type }) => type).join(', ');
  terminal.print(`${terminal.paint('green', duplicate ? 'Done before' : 'Done')}: ${names} at position ${position}.`);
};
