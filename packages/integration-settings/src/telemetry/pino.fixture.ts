import { EventEmitter, once } from 'node:events';
import { pino } from 'pino';
import type { Logger } from './telemetry.ts';

/** What a pino logger writes, as the records of its lines. */
export class PinoRecords {
  readonly records: Readonly<Record<string, unknown>>[] = [];
  readonly logger: Logger = pino(
    { level: 'debug', base: null, timestamp: false },
    { write: (line) => this.#note(line) },
  );
  readonly #written = new EventEmitter();

  /** The first record with a message that has this text, as soon as there is one. */
  async with(text: string): Promise<Readonly<Record<string, unknown>>> {
    for (;;) {
      const found = this.records.find(({ msg }) => String(msg).includes(text));
      if (found !== undefined) return found;
      await this.next();
    }
  }

  /** Resolves with the next record. */
  async next(): Promise<void> {
    await once(this.#written, 'record');
  }

  #note(line: string): void {
    this.records.push(JSON.parse(line) as Readonly<Record<string, unknown>>);
    this.#written.emit('record');
  }
}
