import { createHash } from 'node:crypto';
import type { TimedCommand } from './history.ts';

/** A sum of a history's bytes, a JSON line for each command: equal sums are equal histories. */
export class Checksum {
  readonly #hash = createHash('sha256');

  /** Passes a history on and adds it up. */
  *through(history: Iterable<TimedCommand>): Generator<TimedCommand> {
    for (const timed of history) {
      this.#hash.update(`${JSON.stringify({ at: timed.at, command: timed.command })}\n`);
      yield timed;
    }
  }

  /** SHA-256, hexadecimal, of what has passed by. It ends the sum. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}
