import type { FileHandle } from 'node:fs/promises';
import { type SnapshotHeader, StoreCorrupted, StoreNewer } from '@integration-settings/domain';
import { BufferedReader } from './buffered-reader.ts';
import { describeHeader, headerText } from './header.ts';
import { lengthBytes, noMorePages, Sealing, sealLength } from './seal.ts';

// STORED FORMAT. Two lines of text, the format and the header, with spaces up to a multiple of eight bytes; then for each page its
// length (8 bytes, little-endian), the seal after it (32 bytes) and its bytes; at the end `noMorePages` in place of a length, and the
// seal of the whole. So pages whose lengths are multiples of eight lie at multiples of eight.
const formatFamily = 'integration-settings/snapshot/';
const format = `${formatFamily}1`;
const frameLength = 8 + sealLength;

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
  const reader = new BufferedReader(file);
  const beginning = beginningOf(header);
  const found = await reader.take(beginning.length);
  if (!found.equals(beginning)) refuseBeginning(found.toString('utf8'), damaged);
  for (;;) {
    const frame = Buffer.from(await reader.take(frameLength));
    if (frame.length < frameLength) throw damaged('it ends too early');
    const length = frame.readBigUInt64LE();
    const seal = frame.subarray(8);
    if (length === noMorePages) {
      if (!seal.equals(sealing.end())) throw damaged('its end is not as it was written');
      if (reader.position !== size) throw damaged('something follows its end');
      return;
    }
    if (length > size - reader.position) throw damaged('it ends too early');
    const page = await reader.take(Number(length));
    if (!seal.equals(sealing.page(page))) throw damaged('a page is not as it was written');
    yield page;
  }
}

const beginningOf = (header: SnapshotHeader): Buffer => {
  const text = `${format}\n${headerText(header)}`;
  return Buffer.from(`${text.padEnd(text.length | 7)}\n`, 'utf8');
};

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
