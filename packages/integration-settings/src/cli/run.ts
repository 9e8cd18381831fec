import { createProgram } from './program.ts';
import { reportError } from './report-error.ts';
import { type Streams, Terminal } from './terminal.ts';

/**
 * Runs one command. It goes on to its end where nobody reads the output (`| head`), or it cannot be written: then it fails in the end.
 *
 * @param words - the arguments, without the program's own name
 * @returns the exit code: 0 done, 1 rejected or failed, 2 not understood
 */
export const run = async (words: readonly string[], streams: Streams): Promise<number> => {
  const terminal = new Terminal(streams);
  const asJson = words.includes('--json');
  const code = await runProgram(words, terminal, asJson);
  try {
    await terminal.written();
    return code;
  } catch (error) {
    return reportError(error, terminal, asJson);
  }
};

const runProgram = async (words: readonly string[], terminal: Terminal, asJson: boolean): Promise<number> => {
  try {
    await createProgram(terminal).parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    return reportError(error, terminal, asJson);
  }
};
