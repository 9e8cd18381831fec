import { CommandLineError } from './command-line-error.ts';

/**
 * Lets Ctrl-C end work that can be ended in order; a second one ends the process at once.
 *
 * @param whatRemains - what then holds, as a sentence
 */
export const withInterrupt = async <T>(whatRemains: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new CommandLineError(`Interrupted. ${whatRemains}`, 1));
  process.once('SIGINT', interrupt);
  try {
    return await work(stop.signal);
  } finally {
    process.off('SIGINT', interrupt);
  }
};
