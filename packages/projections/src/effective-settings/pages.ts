const pageBits = 16;
const pageSize = 1 << pageBits;
const pageMask = pageSize - 1;

/** Copies a page that an image holds too, once, before it is changed. */
const unshare = <P extends { slice(): P }>(pages: (P | undefined)[], shared: Set<number>, at: number): void => {
  if (shared.delete(at)) pages[at] = pages[at]?.slice();
};

/** Integers by dense index, in pages: growing allocates a page and copies nothing. What was never set is 0. */
export class IntegerPages {
  readonly #pages: Int32Array[] = [];
  #shared: Set<number> | undefined;

  get(index: number): number {
    return this.#pages[index >>> pageBits]?.[index & pageMask] ?? 0;
  }

  set(index: number, value: number): void {
    const at = index >>> pageBits;
    while (this.#pages.length <= at) this.#pages.push(new Int32Array(pageSize));
    if (this.#shared !== undefined) unshare(this.#pages, this.#shared, at);
    const page = this.#pages[at];
    if (page !== undefined) page[index & pageMask] = value;
  }

  add(index: number, difference: number): void {
    this.set(index, this.get(index) + difference);
  }

  /** The first integers as they are now, in pages; whatever is set later goes to copies. */
  freeze(length: number): readonly Int32Array[] {
    this.#shared = new Set(this.#pages.keys());
    return this.#pages.map((page, at) => page.subarray(0, length - at * pageSize));
  }

  /** Takes over pages, each of them whole. To be asked of an empty one. */
  restore(pages: readonly Int32Array[]): void {
    this.#pages.push(...pages);
  }

  /** A page that begins with these integers. */
  static wholePage(integers: Int32Array): Int32Array {
    const page = new Int32Array(pageSize);
    page.set(integers);
    return page;
  }
}

const objectPageBits = 10;
const objectPageSize = 1 << objectPageBits;

/** Some objects, and the index of each. */
export interface ObjectsImage<T> {
  readonly indexes: ArrayLike<number>;
  readonly objects: readonly T[];
}

/** Objects or texts by dense index, in pages that are there once one of theirs was set: a look-up costs half of that in a Map. */
export class ObjectPages<T extends object | string> {
  #pages: ((T | undefined)[] | undefined)[] = [];
  #shared: Set<number> | undefined;

  get(index: number): T | undefined {
    return this.#pages[index >>> objectPageBits]?.[index & (objectPageSize - 1)];
  }

  set(index: number, object: T | undefined): void {
    const page = index >>> objectPageBits;
    while (this.#pages.length <= page) this.#pages.push(undefined);
    if (this.#shared !== undefined) unshare(this.#pages, this.#shared, page);
    const objects = (this.#pages[page] ??= Array.from<T | undefined>({ length: objectPageSize }));
    objects[index & (objectPageSize - 1)] = object;
  }

  clear(): void {
    this.#pages = [];
    this.#shared = undefined;
  }

  /** What is set now, a page at a time; whatever is set later goes to copies. */
  freeze(): Iterable<ObjectsImage<T>> {
    this.#shared = new Set(this.#pages.keys());
    return objectsIn([...this.#pages]);
  }

  /** Takes over what another one has. To be asked of an empty one. */
  restore(images: Iterable<ObjectsImage<T>>): void {
    for (const { indexes, objects } of images) {
      for (let at = 0; at < indexes.length; at += 1) this.set(indexes[at]!, objects[at]);
    }
  }
}

function* objectsIn<T>(pages: readonly (readonly (T | undefined)[] | undefined)[]): Generator<ObjectsImage<T>> {
  for (const [at, page] of pages.entries()) {
    const indexes: number[] = [];
    const objects: T[] = [];
    for (const [place, object] of page?.entries() ?? []) {
      if (object === undefined) continue;
      indexes.push(at * objectPageSize + place);
      objects.push(object);
    }
    if (indexes.length > 0) yield { indexes, objects };
  }
}

/** Texts by dense index, in pages, appended one after the other. */
export class TextPages {
  readonly #pages: string[][] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get(index: number): string {
    return this.#pages[index >>> pageBits]?.[index & pageMask] ?? '';
  }

  push(text: string): number {
    const index = this.#length;
    this.#length += 1;
    let page = this.#pages.at(-1);
    if (page === undefined || page.length === pageSize) this.#pages.push((page = []));
    page.push(text);
    return index;
  }

  /** The texts that are there now, in order. */
  freeze(): Iterable<string> {
    return textsIn(this.#pages, this.#length);
  }
}

function* textsIn(pages: readonly (readonly string[])[], length: number): Generator<string> {
  for (let index = 0; index < length; index += 1) yield pages[index >>> pageBits]?.[index & pageMask] ?? '';
}

const shardBits = 5;
const shardMask = (1 << shardBits) - 1;
const firstShardSize = 1 << 21;

/**
 * Dense indexes by id. Ids that are numbers in sequence, as most hosts have them, are places in pages: four bytes each, and no
 * text is compared. The others go to a Map; one Map pauses for a second near 8 million entries and ends at 16.7 million, so
 * after the first two million they go to shards, by their last characters.
 */
export class IdIndex {
  /** By the number that an id is: one more than its index. */
  readonly #bySequence = new IntegerPages();
  readonly #first = new Map<string, number>();
  readonly #firstSize: number;
  #shards: readonly Map<string, number>[] | undefined;
  #size = 0;

  constructor(firstSize = firstShardSize) {
    this.#firstSize = firstSize;
  }

  get(id: string): number | undefined {
    const sequence = sequenceOf(id);
    const next = sequence === 0 ? 0 : this.#bySequence.get(sequence);
    if (next !== 0) return next - 1;
    const index = this.#first.get(id);
    return index === undefined && this.#shards !== undefined ? this.#shards[shardOf(id)]?.get(id) : index;
  }

  /** Sets the index of an id that has none. */
  add(id: string, index: number): void {
    const sequence = sequenceOf(id);
    this.#size += 1;
    if (sequence !== 0 && sequence < sparsest * this.#size + pageSize) this.#bySequence.set(sequence, index + 1);
    else if (this.#first.size < this.#firstSize) this.#first.set(id, index);
    else {
      this.#shards ??= Array.from({ length: shardMask + 1 }, () => new Map<string, number>());
      this.#shards[shardOf(id)]?.set(id, index);
    }
  }
}

/** Places for each id, at most: a text in a Map takes as much as that many. */
const sparsest = 8;
const mostDigits = 9;

/** The number whose digits, without a leading zero, are an id; 0 of any other, and of what a host slips in that is no text. */
const sequenceOf = (id: string): number => {
  if (typeof id !== 'string' || id.length > mostDigits || id.charCodeAt(0) === zero) return 0;
  let number = 0;
  for (let at = 0; at < id.length; at += 1) {
    const digit = id.charCodeAt(at) - zero;
    if (digit < 0 || digit > 9) return 0;
    number = number * 10 + digit;
  }
  return number;
};
const zero = 0x30;

/** From the last characters, which differ most in the ids of hosts. */
const shardOf = (id: string): number => {
  const last = id.length - 1;
  let hash = id.charCodeAt(last);
  if (last > 0) hash += id.charCodeAt(last - 1) * 7;
  if (last > 1) hash += id.charCodeAt(last - 2) * 31;
  return (hash ^ (hash >>> shardBits)) & shardMask;
};
