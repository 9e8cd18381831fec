import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CommandLineError, usageError } from './command-line-error.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import type { Terminal } from './terminal.ts';

/**
 * Reads the text that stands after the `@` of `FIELD@SOURCE`: of a file, of the environment (`env:NAME`), or of the input
 * (`-`), where a terminal is asked without showing what is typed. One line break at the end is left out.
 *
 * @throws CommandLineError naming the source, never quoting what is in it
 */
export const readText = async (field: string, source: string, terminal: Terminal): Promise<string> => {
  const content = (await contentOf(field, source, terminal)).replace(/\r?\n$/, '');
  if (content === '') throw usageError(`${field}@${source} is empty; ${field}= empties a field.`);
  return content;
};

const contentOf = async (field: string, source: string, terminal: Terminal): Promise<string> => {
  if (source === '-' && terminal.stdin.isTTY === true) return askSecretly(field, terminal);
  const variable = /^env:(.+)$/s.exec(source)?.[1];
  if (variable !== undefined) return process.env[variable] ?? '';
  const pieces = source === '-' ? terminal.stdin : [await bytesOf(field, source)];
  return text(decodeUtf8(pieces, `${field}@${source}`));
};

const bytesOf = async (field: string, file: string): Promise<Uint8Array> => {
  try {
    return await readFile(file);
  } catch (error) {
    throw new CommandLineError(`The file of ${field} cannot be read: ${(error as Error).message}`, 1, { cause: error });
  }
};

const askSecretly = async (field: string, terminal: Terminal): Promise<string> => {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: terminal.stdin, output: nowhere, terminal: true });
  terminal.stderr.write(`${field}: `);
  try {
    return await new Promise((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('close', () => reject(new CommandLineError(`No text was given for ${field}.`, 1))); // Ctrl+C or Ctrl+D
    });
  } finally {
    lines.close();
    terminal.note('');
  }
};
