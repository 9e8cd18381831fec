/** What the command line says no to by itself: a slip in the arguments (2, usage), or something that is not there (1). */
export class CommandLineError extends Error {
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** The arguments do not mean anything. Never quotes a value: it may be a secret in the wrong place. */
export const usageError = (message: string): CommandLineError => new CommandLineError(message, 2);
