import type { FileHandle } from 'node:fs/promises';

/** How much is read at once, in bytes, where no more is needed. */
const chunk = 1_048_576;

/**
 * Reads a file from its beginning, in large pieces and into the same memory again and again: getting new memory costs more than
 * reading into it, and each look at the file has to wait for a turn.
 */
export class BufferedReader {
  readonly #file: FileHandle;
  #memory = Buffer.from(new ArrayBuffer(chunk));
  #from = 0;
  #to = 0;
  #read = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** How many bytes were taken. */
  get position(): number {
    return this.#read - (this.#to - this.#from);
  }

  /** The next bytes, fewer where the file ends. They hold until the next call. */
  async take(length: number): Promise<Buffer> {
    if (this.#to - this.#from < length) await this.#fill(length);
    const bytes = this.#memory.subarray(this.#from, Math.min(this.#from + length, this.#to));
    this.#from += bytes.length;
    return bytes;
  }

  async #fill(length: number): Promise<void> {
    const rest = this.#memory.subarray(this.#from, this.#to);
    if (length > this.#memory.length) this.#memory = Buffer.from(new ArrayBuffer(length + chunk));
    this.#memory.set(rest);
    [this.#from, this.#to] = [0, rest.length];
    while (this.#to < length) {
      const free = this.#memory.length - this.#to;
      const { bytesRead } = await this.#file.read(this.#memory, this.#to, free, this.#read);
      if (bytesRead === 0) return;
      this.#to += bytesRead;
      this.#read += bytesRead;
    }
  }
}
