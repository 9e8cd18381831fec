import type { Columns } from './columns.ts';

/** Reads a page in the order in which a `ColumnWriter` wrote it. What is not there is a RangeError. */
export class ColumnReader {
  readonly #columns: Columns;
  #integer = 0;
  #long = 0;

  constructor(columns: Columns) {
    this.#columns = columns;
  }

  /** Whether anything is left. */
  get hasMore(): boolean {
    return this.#integer < this.#columns.integers.length || this.#long < this.#columns.longs.length;
  }

  integer(): number {
    const integer = this.#columns.integers[this.#integer];
    if (integer === undefined) throw new RangeError('A page ends too early.');
    this.#integer += 1;
    return integer;
  }

  long(): bigint {
    const long = this.#columns.longs[this.#long];
    if (long === undefined) throw new RangeError('A page ends too early.');
    this.#long += 1;
    return long;
  }

  value(): unknown {
    const index = this.integer();
    if (index === -1) return undefined;
    if (index < -1 || index >= this.#columns.values.length) throw new RangeError('A page has no such value.');
    return this.#columns.values[index];
  }

  /** A value that is a text. */
  text(): string {
    const text = this.optionalText();
    if (text === undefined) throw new TypeError('A page has nothing in place of a text.');
    return text;
  }

  optionalText(): string | undefined {
    const text = this.value();
    if (text !== undefined && typeof text !== 'string')
      throw new TypeError('A page has something else in place of a text.');
    return text;
  }
}
