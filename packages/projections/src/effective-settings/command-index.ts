const shardCount = 64;
const firstCapacity = 256;
const mostAdded = 256;

/** A part of the index. */
export interface CommandShard {
  readonly at: number;
  /** How many commands are in it. */
  readonly count: number;
  /** STORED FORMAT. Four integers for each slot, see `Shard`; a power of two of slots. */
  readonly slots: Uint32Array;
}

/**
 * Where the last event of each command stands, by command id: open addressing over typed arrays with 64-bit fingerprints, in
 * shards, so that growing copies little. Who finds a position confirms it by reading.
 */
export class CommandIndex {
  readonly #shards: Shard[] = [];
  /** Not in a shard yet: one after the other, so that the waits for memory overlap. */
  readonly #added = new Uint32Array(2 * mostAdded);
  readonly #positions = new BigInt64Array(mostAdded);
  #count = 0;

  /** Positions of events whose command id has the same fingerprint: nearly always one or none. */
  find(commandId: string): readonly bigint[] {
    this.#settle();
    const { high, low } = fingerprint(commandId);
    return this.#shards[low & (shardCount - 1)]?.find(high, low) ?? [];
  }

  add(commandId: string, position: bigint): void {
    const { high, low } = fingerprint(commandId);
    this.#added[2 * this.#count] = high;
    this.#added[2 * this.#count + 1] = low;
    this.#positions[this.#count] = position;
    this.#count += 1;
    if (this.#count === mostAdded) this.#settle();
  }

  /** What is in it now: a shard that changes later is copied first. */
  freeze(): readonly CommandShard[] {
    this.#settle();
    const shards: CommandShard[] = [];
    for (const [at, shard] of this.#shards.entries()) if (shard !== undefined) shards.push({ at, ...shard.freeze() });
    return shards;
  }

  /** Takes over a shard of another one, which must lie in memory at a multiple of eight. */
  restore({ at, count, slots }: CommandShard): void {
    this.#shards[at] = new Shard(slots, count);
  }

  #settle(): void {
    for (let next = 0; next < this.#count; next += 1) {
      const [high, low] = [this.#added[2 * next]!, this.#added[2 * next + 1]!];
      const at = low & (shardCount - 1);
      (this.#shards[at] ??= Shard.empty(firstCapacity)).add(high, low, this.#positions[next]!);
    }
    this.#count = 0;
  }
}

/** A slot is four integers: the fingerprint, both 0 where it is free, and the two halves of the position. One look finds all. */
class Shard {
  #mask: number;
  #count: number;
  #slots: Uint32Array;
  #positions: BigInt64Array;
  #isShared = false;

  constructor(slots: Uint32Array, count: number) {
    this.#mask = slots.length / 4 - 1;
    this.#count = count;
    this.#slots = slots;
    this.#positions = new BigInt64Array(slots.buffer, slots.byteOffset, slots.length / 2);
  }

  static empty(capacity: number): Shard {
    return new Shard(new Uint32Array(capacity * 4), 0);
  }

  freeze(): Omit<CommandShard, 'at'> {
    this.#isShared = true;
    return { count: this.#count, slots: this.#slots };
  }

  find(high: number, low: number): readonly bigint[] {
    const found: bigint[] = [];
    for (let at = this.#slotOf(low); !this.#isFree(at); at = (at + 1) & this.#mask) {
      if (this.#slots[4 * at] === high && this.#slots[4 * at + 1] === low) found.push(this.#positions[2 * at + 1]!);
    }
    return found;
  }

  add(high: number, low: number, position: bigint): void {
    if (this.#count * 3 > this.#mask * 2) this.#grow();
    else if (this.#isShared) this.#become(new Shard(this.#slots.slice(), this.#count));
    this.#positions[2 * this.#take(high, low) + 1] = position;
  }

  /** Takes the free slot for a fingerprint. */
  #take(high: number, low: number): number {
    let at = this.#slotOf(low);
    while (!this.#isFree(at)) at = (at + 1) & this.#mask;
    this.#slots[4 * at] = high;
    this.#slots[4 * at + 1] = low;
    this.#count += 1;
    return at;
  }

  #isFree(at: number): boolean {
    return this.#slots[4 * at + 1] === 0 && this.#slots[4 * at] === 0;
  }

  #slotOf(low: number): number {
    return (low >>> 6) & this.#mask;
  }

  #grow(): void {
    const grown = Shard.empty((this.#mask + 1) * 2);
    for (let from = 0; from < this.#slots.length; from += 4) {
      const [high, low] = [this.#slots[from]!, this.#slots[from + 1]!];
      if (high === 0 && low === 0) continue;
      grown.#positions[2 * grown.#take(high, low) + 1] = this.#positions[from / 2 + 1]!;
    }
    this.#become(grown);
  }

  #become(other: Shard): void {
    this.#mask = other.#mask;
    this.#slots = other.#slots;
    this.#positions = other.#positions;
    this.#isShared = false;
  }
}

/** From the last 16 hexadecimal digits of a UUID, which are random in the versions that are used; of any other text, a hash. Never 0 and 0. */
const fingerprint = (commandId: string): { readonly high: number; readonly low: number } => {
  const high = hexadecimal(commandId, 19, 4) * 0x10000 + hexadecimal(commandId, 24, 4);
  const low = hexadecimal(commandId, 28, 4) * 0x10000 + hexadecimal(commandId, 32, 4);
  if (commandId.length === 36 && !Number.isNaN(high) && !Number.isNaN(low))
    return { high: high === 0 && low === 0 ? 1 : high, low };
  let one = 0x811c9dc5;
  let other = 0x1b873593;
  for (let at = 0; at < commandId.length; at += 1) {
    one = Math.imul(one ^ commandId.charCodeAt(at), 0x01000193);
    other = Math.imul(other + commandId.charCodeAt(at), 0x85ebca6b);
  }
  return { high: one >>> 0 || 1, low: (other ^ (other >>> 13)) >>> 0 };
};

/** The number that some digits of a text mean, in either case; NaN where they are none. Without a copy of the text. */
const hexadecimal = (text: string, from: number, digits: number): number => {
  let number = 0;
  for (let at = from; at < from + digits; at += 1) {
    const digit = digitOf[text.charCodeAt(at)] ?? noDigit;
    if (digit === noDigit) return NaN;
    number = number * 16 + digit;
  }
  return number;
};

const noDigit = 16;
/** By the code of a character: in a table, since digits and letters come in no order that a processor could foresee. */
const digitOf = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? noDigit : digit;
});
