import { isCommandRejected, isIntegrationSettingsError } from '@integration-settings/domain';
import { CommanderError } from 'commander';
import { CommandLineError } from './command-line-error.ts';
import type { Terminal } from './terminal.ts';
import { visible } from './visible.ts';

/** An error as a person or a machine is told of it. */
interface Report {
  readonly exitCode: 1 | 2;
  /** For people; lines after the first say more. */
  readonly text: string;
  readonly json: unknown;
}

/**
 * Says on the error output what went wrong; a stack only for what nobody expected.
 *
 * @returns the exit code: 0 where nothing did (help was asked for), 1 rejected or failed, 2 not understood
 */
export const reportError = (error: unknown, terminal: Terminal, asJson: boolean): number => {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  if (isWithoutCommand(error) && !asJson) return 2; // commander has shown the help
  const { exitCode, text, json } = reportOf(error);
  if (asJson) terminal.note(JSON.stringify({ error: json }));
  else terminal.note(`${terminal.paint('red', 'Error')}: ${text}`);
  return exitCode;
};

const reportOf = (error: unknown): Report => {
  if (isWithoutCommand(error)) return usage('No command was given.');
  if (error instanceof CommanderError) return usage(withoutWords(error.message));
  if (error instanceof CommandLineError) return error.exitCode === 2 ? usage(error.message) : failure('FAILED', error);
  if (isIntegrationSettingsError(error)) return { exitCode: 1, text: textOf(error), json: error.toJSON() };
  if (isSystemError(error)) return failure(error.code, error);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: 1, text, json: { code: 'UNEXPECTED', message: text } };
};

const usage = (message: string): Report => ({
  exitCode: 2,
  text: `${visible(message)}\nSee: integration-settings --help, or --help after a command`,
  json: { code: 'USAGE', message },
});

const failure = (code: string, { message }: Error): Report => ({ exitCode: 1, text: message, json: { code, message } });

/** Commander says `error:` itself, and quotes words that it does not understand, which may be secrets in the wrong place. */
const withoutWords = (message: string): string =>
  message
    .replace(/^error: /, '')
    .replace(/^(too many arguments.*? but got \d+): .*$/s, '$1.')
    .replace(/^(unknown option '-[^-]).*'/s, "$1'")
    .replace(/^(unknown (?:option|command) '[^=@]*)[=@].*'/s, "$1'");

const isWithoutCommand = (error: unknown): boolean =>
  error instanceof CommanderError && error.code === 'commander.help';

/** Faults one a line; they may quote what was given. */
const textOf = (error: Error): string => {
  if (!isCommandRejected(error) || error.issues.length === 0) return visible(error.message);
  const [headline = ''] = error.message.split(` ${error.issues[0]?.field}: `);
  return [headline, ...error.issues.map(({ field, message }) => `  ${field}: ${message}`)].map(visible).join('\n');
};

const isSystemError = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
