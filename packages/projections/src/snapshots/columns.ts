/** What a page of a snapshot holds, column by column. */
export interface Columns {
  /** Says what the page is about. */
  readonly kind: number;
  readonly integers: Int32Array;
  /** Positions, revisions, and whatever else needs 64 bits. */
  readonly longs: BigInt64Array;
  /** Texts and other plain JSON. */
  readonly values: readonly unknown[];
}

// STORED FORMAT. A change of it needs another `foldVersion`. Four integers: the mark and the kind, the lengths of the columns in
// elements, that of the values in bytes; then the longs, the integers, and the values as JSON in UTF-8. In the byte order of the
// machine: on one with another the mark is none. Spaces after the values fill the page up to a multiple of eight bytes.
const mark = 0x4953_0000;
const headerLength = 16;

/** Makes a page. */
export const encodePage = ({ kind, integers, longs, values }: Columns): Uint8Array => {
  const text = new TextEncoder().encode(JSON.stringify(values));
  const atIntegers = headerLength + longs.byteLength;
  const spaces = -(atIntegers + integers.byteLength + text.byteLength) & 7;
  const json = new Uint8Array(text.byteLength + spaces).fill(0x20);
  json.set(text);
  const page = new Uint8Array(atIntegers + integers.byteLength + json.byteLength);
  new Int32Array(page.buffer, 0, 4).set([mark | kind, longs.length, integers.length, json.byteLength]);
  new BigInt64Array(page.buffer, headerLength, longs.length).set(longs);
  new Int32Array(page.buffer, atIntegers, integers.length).set(integers);
  page.set(json, atIntegers + integers.byteLength);
  return page;
};

/**
 * Reads a page. The columns of numbers are parts of it, not copies.
 *
 * @throws TypeError or RangeError for anything that `encodePage` did not make
 */
export const decodePage = (page: Uint8Array): Columns => {
  const { buffer, byteOffset } = page.byteOffset % 8 === 0 ? page : new Uint8Array(page);
  const [marked = 0, longsLength = -1, integersLength = -1, jsonLength = -1] = new Int32Array(buffer, byteOffset, 4);
  if (marked >>> 16 !== mark >>> 16)
    throw new TypeError('A page was made by something else, or with another byte order.');
  const atIntegers = headerLength + longsLength * 8;
  const atValues = atIntegers + integersLength * 4;
  if (atValues + jsonLength !== page.byteLength) throw new RangeError('A page is not as long as it says.');
  const json = new Uint8Array(buffer, byteOffset + atValues, jsonLength);
  return {
    kind: marked & 0xffff,
    longs: new BigInt64Array(buffer, byteOffset + headerLength, longsLength),
    integers: new Int32Array(buffer, byteOffset + atIntegers, integersLength),
    values: parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json)),
  };
};

/** No error of the parser goes any further: it would quote the text. */
const parse = (text: string): readonly unknown[] => {
  try {
    return JSON.parse(text) as unknown[];
  } catch {
    throw new RangeError('A page has values that are no JSON.');
  }
};
