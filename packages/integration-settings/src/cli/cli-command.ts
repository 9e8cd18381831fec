import type { IntegrationSettings } from '../integration-settings.ts';
import { openSettings } from './open-settings.ts';
import type { Terminal } from './terminal.ts';

/** The options that every command takes. */
export interface GlobalOptions {
  /** `sqlite:FILE` or `esdb://…`. */
  readonly store: string;
  readonly keyFile?: string;
  readonly namespace: string;
  /** `gitlab`, or a module. */
  readonly catalog: string;
  readonly actor: string;
  readonly json?: true;
}

/** What a command is run in. */
export interface Context<Options extends object = object> {
  readonly terminal: Terminal;
  readonly options: GlobalOptions & Options;
}

/** One option of a command, as commander writes it, with what it is for. */
export type OptionLine = readonly [flags: string, description: string];

/** One command: how it is written, what `--help` says of it, and what it does. */
export interface CliCommand<Options extends object = object> {
  readonly name: string;
  /** One line in the list of commands. */
  readonly summary: string;
  /** More for its own help, after the summary. */
  readonly details?: string;
  /** As commander writes them, `<scope>`, `[values...]`, with what each is. */
  readonly arguments?: Readonly<Record<string, string>>;
  readonly options?: readonly OptionLine[];
  /** Without the name of the program. */
  readonly examples: readonly string[];
  /** @param words - the arguments as they were given, in order */
  run(context: Context<Options>, ...words: string[]): Promise<void>;
}

/** Opens the settings that the options name for one piece of work, and closes them after it, whatever came of it. */
export const withSettings = async <T>(
  options: GlobalOptions,
  work: (settings: IntegrationSettings) => Promise<T> | T,
): Promise<T> => {
  const settings = await openSettings(options);
  try {
    return await work(settings);
  } finally {
    await settings.close();
  }
};
