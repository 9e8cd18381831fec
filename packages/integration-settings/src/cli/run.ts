import { createProgram } from './program.ts';
import { reportError } from './report-error.ts';
import { type Streams, Terminal } from './terminal.ts';

/**
 * Runs one command.
 *
 * @param words - the arguments, without the program's own name
 * @returns the exit code: 0 done, 1 rejected or failed, 2 not understood
 */
export const run = async (words: readonly string[], streams: Streams): Promise<number> => {
  const terminal = new Terminal(streams);
  try {
    await createProgram(terminal).parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    return reportError(error, terminal, words.includes('--json'));
  }
};
