import { encodePage } from './columns.ts';

/** Collects what goes into one page. A text that comes again is kept once. */
export class ColumnWriter {
  readonly #kind: number;
  readonly #integers: number[] = [];
  readonly #longs: bigint[] = [];
  readonly #values: unknown[] = [];
  readonly #texts = new Map<string, number>();
  #valuesLength = 0;

  constructor(kind: number) {
    this.#kind = kind;
  }

  /** About how long the page would be, in bytes. */
  get length(): number {
    return this.#integers.length * 4 + this.#longs.length * 8 + this.#valuesLength;
  }

  integer(...integers: readonly number[]): void {
    this.#integers.push(...integers);
  }

  long(long: bigint): void {
    this.#longs.push(long);
  }

  /** Writes where a text or another plain JSON value is; `undefined` too. */
  value(value: unknown): void {
    this.#integers.push(this.#indexOf(value));
  }

  page(): Uint8Array {
    return encodePage({
      kind: this.#kind,
      integers: Int32Array.from(this.#integers),
      longs: BigInt64Array.from(this.#longs),
      values: this.#values,
    });
  }

  #indexOf(value: unknown): number {
    if (value === undefined) return -1;
    if (typeof value !== 'string') {
      this.#valuesLength += typeof value === 'object' ? JSON.stringify(value).length : 8;
      return this.#values.push(value) - 1;
    }
    let index = this.#texts.get(value);
    if (index === undefined) {
      this.#valuesLength += value.length + 3;
      this.#texts.set(value, (index = this.#values.push(value) - 1));
    }
    return index;
  }
}
