import type { FileHandle } from 'node:fs/promises';
import { type SnapshotHeader, StoreCorrupted, StoreNewer } from '@integration-settings/domain';
import { describeHeader, headerText } from './header.ts';
import { lengthBytes, noMorePages, Sealing, sealLength } from './seal.ts';

// STORED FORMAT. Two lines of text, the format and the header; then for each page its length (4 bytes, little-endian), the seal
// after it (32 bytes) and its bytes; at the end `noMorePages` in place of a length, and the seal of the whole.
const formatFamily = 'integration-settings/snapshot/';
const format = `${formatFamily}1`;
const frameLength = 4 + sealLength;

/** Writes a whole snapshot to an empty file; does not make it durable. */
export const writeSnapshot = async (
  file: FileHandle,
  header: SnapshotHeader,
  pages: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const sealing = new Sealing(header);
  signal?.throwIfAborted();
  await writeAll(file, beginningOf(header));
  for await (const page of pages) {
    signal?.throwIfAborted();
    await writeAll(file, lengthBytes(page.byteLength), sealing.page(page), page);
  }
  signal?.throwIfAborted();
  await writeAll(file, lengthBytes(noMorePages), sealing.end());
};

/**
 * Reads what `writeSnapshot` wrote, page by page.
 *
 * @param path - names the file in errors
 * @throws StoreCorrupted, StoreNewer
 */
export async function* readSnapshot(
  file: FileHandle,
  header: SnapshotHeader,
  path: string,
): AsyncGenerator<Uint8Array> {
  const damaged = (what: string): StoreCorrupted =>
    new StoreCorrupted(`The ${describeHeader(header)} in "${path}" is damaged: ${what}.`);
  const sealing = new Sealing(header);
  const { size } = await file.stat();
  const memory = new ReusedMemory();
  const beginning = beginningOf(header);
  const start = await readAt(file, 0, Buffer.alloc(beginning.length + frameLength));
  const found = start.subarray(0, beginning.length);
  if (!found.equals(beginning)) refuseBeginning(found.toString('utf8'), damaged);
  let frame = start.subarray(beginning.length);
  for (let position = start.length; ; position += frame.length) {
    if (frame.length < frameLength) throw damaged('it ends too early');
    const length = frame.readUInt32LE();
    const seal = frame.subarray(4);
    if (length === noMorePages) {
      if (!seal.equals(sealing.end())) throw damaged('its end is not as it was written');
      if (position !== size) throw damaged('something follows its end');
      return;
    }
    if (length > size - position) throw damaged('it ends too early');
    // With the frame of what follows, so that each page is one look at the file.
    const bytes = await readAt(file, position, memory.take(length + frameLength));
    const page = bytes.subarray(0, length);
    if (!seal.equals(sealing.page(page))) throw damaged('a page is not as it was written');
    frame = Buffer.from(bytes.subarray(length));
    position += length;
    yield page;
  }
}

const beginningOf = (header: SnapshotHeader): Buffer => Buffer.from(`${format}\n${headerText(header)}\n`, 'utf8');

const refuseBeginning = (found: string, damaged: (what: string) => Error): never => {
  const [line = ''] = found.split('\n');
  if (/^\d+$/.test(line.slice(formatFamily.length)) && line.startsWith(formatFamily) && line !== format) {
    throw new StoreNewer(`A snapshot has the format "${line}"; expected "${format}".`);
  }
  throw damaged('it does not begin as its name says');
};

const writeAll = async (file: FileHandle, ...parts: readonly Uint8Array[]): Promise<void> => {
  const bytes = Buffer.concat(parts);
  for (let written = 0; written < bytes.length;) {
    written += (await file.write(bytes, written)).bytesWritten;
  }
};

/** Fills the memory with the bytes from a position. @returns as much of it as the file has */
const readAt = async (file: FileHandle, position: number, memory: Buffer): Promise<Buffer> => {
  let read = 0;
  for (let more = 1; more > 0 && read < memory.length; read += more) {
    more = (await file.read(memory, read, memory.length - read, position + read)).bytesRead;
  }
  return memory.subarray(0, read);
};

/** The same memory again and again, unless more is asked for: getting new one costs more than reading a page into it. */
class ReusedMemory {
  #buffer = new ArrayBuffer(0);

  take(length: number): Buffer {
    if (this.#buffer.byteLength < length) this.#buffer = new ArrayBuffer(length);
    return Buffer.from(this.#buffer, 0, length);
  }
}
