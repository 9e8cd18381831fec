import { readFileSync } from 'node:fs';
import { type Argument, Command, Option } from 'commander';
import type { CliCommand, Context } from './cli-command.ts';
import type { GlobalOptions } from './global-options.ts';
import { commandGroups, previewCommands } from './commands/index.ts';
import type { Terminal } from './terminal.ts';

const name = 'integration-settings';

const concepts = `
A scope is the instance, a group or a project: instance, group/ID, project/ID. The instance and groups set defaults;
projects inherit them, or have settings of their own. A change of a default holds at once.

First steps:
  $ ${name} init
  $ ${name} import projects.txt
  $ ${name} set-default instance jira url=https://jira.example.com password@env:JIRA_PASSWORD
  $ ${name} effective project/backend/api jira
  $ ${name} preview lock instance jira

Exit codes: 0 done, 1 rejected or failed, 2 not understood. NO_COLOR=1 turns colours off.`;

const globalOptions = (): readonly Option[] => [
  new Option('--store <address>', 'sqlite:FILE or esdb://HOST:PORT')
    .env('INTEGRATION_SETTINGS_STORE')
    .default('sqlite:integration-settings.sqlite'),
  new Option('--key-file <file>', 'the key file for secrets (default: beside the store)').env(
    'INTEGRATION_SETTINGS_KEY_FILE',
  ),
  new Option('--namespace <name>', 'which settings of the store')
    .env('INTEGRATION_SETTINGS_NAMESPACE')
    .default('integrations'),
  new Option('--catalog <module>', 'gitlab, or a module that exports a catalog')
    .env('INTEGRATION_SETTINGS_CATALOG')
    .default('gitlab'),
  new Option('--actor <id>', 'who does it; recorded with every event').env('INTEGRATION_SETTINGS_ACTOR').default('cli'),
  new Option('--json', 'print JSON for machines, errors too'),
];

/** The whole command line. Parsing throws commander's errors; running throws what the command throws. */
export const createProgram = (terminal: Terminal): Command => {
  const program = new Command(name)
    .description(
      'Settings of integrations: defaults for an instance and its groups, inherited or customised by projects.',
    )
    .version(version())
    .usage('<command> [options]')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true, helpWidth: 110, subcommandTerm: withArguments })
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (help) => {
        if (program.opts<Pick<GlobalOptions, 'json'>>().json !== true) terminal.note(help.trimEnd());
      },
      outputError: () => undefined,
    })
    .exitOverride()
    .addHelpText('after', concepts);
  for (const option of globalOptions()) program.addOption(option);
  for (const [group, commands] of Object.entries(commandGroups)) {
    program.commandsGroup(`${group}:`);
    for (const command of commands) add(program, command, terminal);
  }
  const preview = program
    .command('preview')
    .helpGroup('Change settings:')
    .summary('say what a command would change, and change nothing')
    .description('Say what a command would change, for how many projects, and change nothing.')
    .usage('<command> [options]')
    .addHelpText('after', exampleLines(['preview set-default instance jira url=https://jira.example.com']));
  for (const command of previewCommands) add(preview, command, terminal);
  return program;
};

const add = (parent: Command, spec: CliCommand, terminal: Terminal): void => {
  const { summary, details } = spec;
  const sentence = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
  const command = parent
    .command(spec.name)
    .summary(summary)
    .description(details === undefined ? sentence : `${sentence}\n${details}`)
    .addHelpText('after', exampleLines(spec.examples));
  for (const [argument, description] of Object.entries(spec.arguments ?? {})) command.argument(argument, description);
  for (const [flags, description] of spec.options ?? []) command.option(flags, description);
  command.action(async () => {
    const context: Context = { terminal, options: command.optsWithGlobals<GlobalOptions>() };
    await spec.run(context, ...command.args);
  });
};

const withArguments = (command: Command): string =>
  [command.name(), ...command.registeredArguments.map(usageOf)].join(' ');

const usageOf = (argument: Argument): string => {
  const words = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${words}>` : `[${words}]`;
};

const exampleLines = (examples: readonly string[]): string =>
  `\nExamples:\n${examples.map((example) => `  $ ${name} ${example}`).join('\n')}`;

/** Of the package: its file lies as far from here in the sources as in what is compiled. */
const version = (): string => {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(file) as { readonly version: string }).version;
};
