import type { Readable, Writable } from 'node:stream';
import { styleText } from 'node:util';
import { jsonReplacer } from '@integration-settings/domain';

/** What a command reads from and writes to: the process's own streams, or those of a test. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

type Format = Parameters<typeof styleText>[0];

/** A text of our own that is shown in a colour where there are colours. */
export interface Painted {
  readonly format: Format;
  readonly text: string;
}

/**
 * Prints results on the output and all else on the error output. Colours show where the output is a terminal, unless `NO_COLOR` is set.
 *
 * Where the output takes no more, nothing more is written there, and work goes on; remarks that cannot be written are lost.
 */
export class Terminal {
  readonly #streams: Streams;
  readonly #lost = new AbortController();

  constructor(streams: Streams) {
    this.#streams = streams;
    streams.stdout.on('error', this.#lose);
    streams.stderr.on('error', () => undefined);
  }

  /** Aborted once the output takes no more, with the reason: whatever only prints may end. */
  get outputLost(): AbortSignal {
    return this.#lost.signal;
  }

  get stdin(): Streams['stdin'] {
    return this.#streams.stdin;
  }

  get stderr(): Streams['stderr'] {
    return this.#streams.stderr;
  }

  /** Whether somebody looks on while work goes on. */
  get showsProgress(): boolean {
    return this.#streams.stderr.isTTY === true;
  }

  print(text: string): void {
    if (!this.outputLost.aborted) this.#streams.stdout.write(`${text}\n`, this.#lose);
  }

  /**
   * Resolves once all that was printed is written, or whoever reads it has stopped before the end (`| head`).
   *
   * @throws Error with the code of the system where it could not be written
   */
  async written(): Promise<void> {
    await new Promise<void>((resolve) => this.#streams.stdout.write('', () => resolve()));
    if (!this.outputLost.aborted) return;
    const cause = this.outputLost.reason as NodeJS.ErrnoException;
    const { code, syscall, message } = cause;
    if (code === 'EPIPE') return;
    const text = `The output could not be written; what the command does was not stopped by that. ${message}`;
    throw Object.assign(new Error(text, { cause }), { code, syscall });
  }

  /** One document: positions and revisions as decimal strings, secrets as the mask. */
  printJson(value: unknown): void {
    this.print(JSON.stringify(value, jsonReplacer, 2));
  }

  /** A remark that is no part of the result. */
  note(text: string): void {
    this.#streams.stderr.write(`${text}\n`);
  }

  paint(format: Format, text: string): string {
    return styleText(format, text, { stream: this.#streams.stdout });
  }

  readonly #lose = (error?: Error | null): void => {
    if (error instanceof Error) this.#lost.abort(error);
  };
}
