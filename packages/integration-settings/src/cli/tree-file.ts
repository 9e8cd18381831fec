import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { TreeEntry } from '../integration-settings.ts';
import { CommandLineError } from './command-line-error.ts';
import { decodeUtf8 } from './decode-utf8.ts';

/** The entries of a file, and how far its reading has come. */
export interface TreeFile {
  readonly entries: AsyncIterable<TreeEntry>;
  /** Bytes read so far. */
  readonly bytesRead: () => number;
  /** `undefined` for the input. */
  readonly bytes: number | undefined;
}

/**
 * Opens a file of groups and projects, read as it is asked for.
 *
 * @param file - `-` for the input
 * @param format - by the file's name, unless given
 * @throws CommandLineError where there is no such file; when reading, for what is no UTF-8, or a line that is no JSON
 */
export const openTreeFile = async (
  file: string,
  format: 'paths' | 'jsonl' | undefined,
  stdin: Readable,
): Promise<TreeFile> => {
  const bytes = file === '-' ? undefined : await sizeOf(file);
  let bytesRead = 0;
  /** Begins to read only when it is asked. */
  async function* pieces(): AsyncGenerator<Uint8Array> {
    const input: AsyncIterable<Uint8Array> = file === '-' ? stdin : createReadStream(file);
    for await (const piece of input) {
      bytesRead += piece.length;
      yield piece;
    }
  }
  const lines = linesOf(decodeUtf8(pieces(), file === '-' ? 'The input' : `The tree "${file}"`));
  const isJson = format === undefined ? /\.(jsonl|ndjson)$/.test(file) : format === 'jsonl';
  return { entries: isJson ? entriesOfJson(lines) : entriesOfPaths(lines), bytesRead: () => bytesRead, bytes };
};

const sizeOf = async (file: string): Promise<number> => {
  try {
    const stats = await stat(file);
    if (stats.isFile()) return stats.size;
  } catch (error) {
    throw new CommandLineError(`The tree cannot be read: ${(error as Error).message}`, 1, { cause: error });
  }
  throw new CommandLineError(`The tree cannot be read: "${file}" is not a file.`, 1);
};

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces) {
    const [first = '', ...others] = piece.split('\n');
    rest += first;
    for (const next of others) {
      yield withoutReturn(rest);
      rest = next;
    }
  }
  if (rest !== '') yield withoutReturn(rest);
}

/** Each group once, before the first that lies in it. */
export async function* entriesOfPaths(lines: AsyncIterable<string>): AsyncGenerator<TreeEntry> {
  const groups = new Set<string>();
  for await (const line of lines) {
    const [project = ''] = line.split('\t');
    if (project === '' || project.startsWith('#')) continue;
    let parent: string | null = null;
    for (let slash = project.indexOf('/'); slash !== -1; slash = project.indexOf('/', slash + 1)) {
      const group = project.slice(0, slash);
      if (!groups.has(group)) yield { group, parent };
      groups.add(group);
      parent = group;
    }
    yield { project, parent };
  }
}

async function* entriesOfJson(lines: AsyncIterable<string>): AsyncGenerator<TreeEntry> {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() !== '') yield parseEntry(line, number);
  }
}

const parseEntry = (line: string, number: number): TreeEntry => {
  try {
    return JSON.parse(line) as TreeEntry;
  } catch (error) {
    throw new CommandLineError(`Line ${number} of the tree is not JSON.`, 1, { cause: error });
  }
};
