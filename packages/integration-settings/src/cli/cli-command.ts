import type { GlobalOptions } from './global-options.ts';
import type { Terminal } from './terminal.ts';

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
