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

/** Prints results on the output and all else on the error output. Colours show where the output is a terminal, unless `NO_COLOR` is set. */
export class Terminal {
  readonly #streams: Streams;

  constructor(streams: Streams) {
    this.#streams = streams;
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
    this.#streams.stdout.write(`${text}\n`);
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
}
