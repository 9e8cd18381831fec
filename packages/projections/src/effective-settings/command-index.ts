const shardCount = 64;
const firstCapacity = 256;

/**
 * Where the last event of each command stands, by command id: open addressing over typed arrays with 64-bit fingerprints, in
 * shards, so that growing copies little. Who finds a position confirms it by reading.
 */
export class CommandIndex {
  readonly #shards: Shard[] = [];

  /** Positions of events whose command id has the same fingerprint: nearly always one or none. */
  find(commandId: string): readonly bigint[] {
    const { high, low } = fingerprint(commandId);
    return this.#shards[low & (shardCount - 1)]?.find(high, low) ?? [];
  }

  add(commandId: string, position: bigint): void {
    const { high, low } = fingerprint(commandId);
    const at = low & (shardCount - 1);
    (this.#shards[at] ??= new Shard(firstCapacity)).add(high, low, position);
  }
}

class Shard {
  #capacity: number;
  #count = 0;
  #fingerprints: Uint32Array;
  /** One more than the position; 0 is free. */
  #positions: BigInt64Array;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#fingerprints = new Uint32Array(capacity * 2);
    this.#positions = new BigInt64Array(capacity);
  }

  find(high: number, low: number): readonly bigint[] {
    const found: bigint[] = [];
    for (let at = this.#slot(low); this.#positions[at] !== 0n; at = (at + 1) & (this.#capacity - 1)) {
      if (this.#fingerprints[2 * at] === high && this.#fingerprints[2 * at + 1] === low)
        found.push((this.#positions[at] ?? 0n) - 1n);
    }
    return found;
  }

  add(high: number, low: number, position: bigint): void {
    if (this.#count * 3 >= this.#capacity * 2) this.#grow();
    this.#put(high, low, position + 1n);
    this.#count += 1;
  }

  #put(high: number, low: number, stored: bigint): void {
    let at = this.#slot(low);
    while (this.#positions[at] !== 0n) at = (at + 1) & (this.#capacity - 1);
    this.#fingerprints[2 * at] = high;
    this.#fingerprints[2 * at + 1] = low;
    this.#positions[at] = stored;
  }

  #slot(low: number): number {
    return (low >>> 6) & (this.#capacity - 1);
  }

  #grow(): void {
    const [fingerprints, positions] = [this.#fingerprints, this.#positions];
    this.#capacity *= 2;
    this.#count = 0;
    this.#fingerprints = new Uint32Array(this.#capacity * 2);
    this.#positions = new BigInt64Array(this.#capacity);
    for (const [at, position] of positions.entries()) {
      if (position !== 0n) this.add(fingerprints[2 * at] ?? 0, fingerprints[2 * at + 1] ?? 0, position - 1n);
    }
  }
}

/** From the last 16 hexadecimal digits of a UUID, which are random in the versions that are used; of any other text, a hash. */
const fingerprint = (commandId: string): { readonly high: number; readonly low: number } => {
  const high = hexadecimal(commandId, 19, 4) * 0x10000 + hexadecimal(commandId, 24, 4);
  const low = hexadecimal(commandId, 28, 4) * 0x10000 + hexadecimal(commandId, 32, 4);
  if (commandId.length === 36 && !Number.isNaN(high) && !Number.isNaN(low)) return { high, low: low >>> 0 };
  let one = 0x811c9dc5;
  let other = 0x1b873593;
  for (let at = 0; at < commandId.length; at += 1) {
    one = Math.imul(one ^ commandId.charCodeAt(at), 0x01000193);
    other = Math.imul(other + commandId.charCodeAt(at), 0x85ebca6b);
  }
  return { high: one >>> 0, low: (other ^ (other >>> 13)) >>> 0 };
};

/** The number that some digits of a text mean, in either case; NaN where they are none. Without a copy of the text. */
const hexadecimal = (text: string, from: number, digits: number): number => {
  let number = 0;
  for (let at = from; at < from + digits; at += 1) {
    const code = text.charCodeAt(at) | 0x20; // digits keep theirs, letters become small ones
    if (code >= 0x30 && code <= 0x39) number = number * 16 + code - 0x30;
    else if (code >= 0x61 && code <= 0x66) number = number * 16 + code - 0x57;
    else return NaN;
  }
  return number;
};
