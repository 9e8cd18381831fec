import { writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withTree, workplace } from './run.fixture.ts';
import { entriesOfPaths, openTreeFile } from './tree-file.ts';

const place = workplace();
const { path, cli, json } = place;
const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
};
const linesOf = (text: string): AsyncIterable<string> => Readable.from(text.split('\n'));
const read = async (text: string, format: 'paths' | 'jsonl'): Promise<unknown[]> =>
  all((await openTreeFile('-', format, Readable.from([Buffer.from(text)]))).entries);

it('makes each group that paths name, once and before what lies in it', async () => {
  expect(await all(entriesOfPaths(linesOf('# comment\na/b/one\tmore\n\na/two\nthree')))).toEqual([
    { group: 'a', parent: null },
    { group: 'a/b', parent: 'a' },
    { project: 'a/b/one', parent: 'a/b' },
    { project: 'a/two', parent: 'a' },
    { project: 'three', parent: null },
  ]);
});

it('names no parent that it has not made, and makes none twice, whatever the paths', async () => {
  const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
  await fc.assert(
    fc.asyncProperty(fc.array(path), async (paths) => {
      const entries = await all(entriesOfPaths(Readable.from(paths)));
      const made: (string | null)[] = [null];
      for (const entry of entries) {
        expect(made).toContain(entry.parent);
        if ('group' in entry) made.push(entry.group);
      }
      expect(new Set(made).size).toBe(made.length);
    }),
  );
});

it('loses nothing when it is read later than it was opened', async () => {
  const { entries } = await openTreeFile('-', 'paths', Readable.from([Buffer.from('one\ntwo\n')]));
  await new Promise((resolve) => setImmediate(resolve));
  expect(await all(entries)).toHaveLength(2);
});

it('reads JSON lines as they are', async () => {
  const entries = [
    { project: '42', parent: '7', name: 'Backend API' },
    { group: '7', parent: null },
  ];
  expect(await read(`${entries.map((entry) => JSON.stringify(entry)).join('\r\n')}\n\n`, 'jsonl')).toEqual(entries);
});

it('names the line that is no JSON', async () => {
  await expect(read('{"group":"7","parent":null}\n\n{group:7}\n', 'jsonl')).rejects.toThrow('Line 3');
});

it('says of a file that is not there, or is none, that it cannot be read', async () => {
  await expect(openTreeFile(path('missing.tsv'), undefined, Readable.from([]))).rejects.toThrow('cannot be read');
  await expect(openTreeFile(path('.'), undefined, Readable.from([]))).rejects.toThrow('is not a file');
});

it('reads the same lines, however the input is cut into pieces', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'é', '/', '\r', '\u2028'), maxLength: 5 });
  const isKept = (text: string): boolean => text !== '' && !text.endsWith('\r');
  await fc.assert(
    fc.asyncProperty(fc.array(line.filter(isKept)), fc.constantFrom('\n', '\r\n'), async (lines, end) => {
      const bytes = [...Buffer.from(lines.map((each) => each + end).join(''))].map((byte) => Buffer.from([byte]));
      const { entries } = await openTreeFile('-', 'paths', Readable.from(bytes));
      expect(await all(entries)).toEqual(await all(entriesOfPaths(Readable.from(lines))));
    }),
  );
});

it('reads the last line, ended or not', async () => {
  expect(await read('one\ntwo', 'paths')).toEqual(await read('one\ntwo\n', 'paths'));
});

it('takes the byte-order mark of a file for no part of an id', async () => {
  await withTree(place);
  writeFileSync(path('tree.txt'), '\uFEFFbackend/api\nbackend/web\nfrontend/site\ntop\n');
  expect(await json(['import', path('tree.txt'), '--remove'])).toMatchObject({
    registered: 0,
    removed: 0,
    unchanged: 6,
  });
});

it('says of a file that is no UTF-8 which it is, quotes nothing of it, and removes nothing', async () => {
  await withTree(place);
  const before = await json('scopes');
  writeFileSync(path('tree.txt'), Buffer.from('café/api\ncafè/api\n', 'latin1'));
  const { code, out, err } = await cli(['import', path('tree.txt'), '--remove', '--at-most', '100']);
  expect({ code, out, err }).toEqual({
    code: 1,
    out: '',
    err: `Error: The tree "${path('tree.txt')}" is not UTF-8.\n`,
  });
  expect(await json('scopes')).toEqual(before);
});

it('gives what came before the bytes that are no UTF-8', async () => {
  async function* pieces(): AsyncGenerator<Buffer> {
    yield Buffer.from('mobile/app\n');
    yield Buffer.from('café\n', 'latin1');
  }
  const { entries } = await openTreeFile('-', 'paths', Readable.from(pieces()));
  const found: unknown[] = [];
  const reading = (async () => {
    for await (const entry of entries) found.push(entry);
  })();
  await expect(reading).rejects.toThrow(/^The input is not UTF-8\.$/);
  expect(found).toEqual([
    { group: 'mobile', parent: null },
    { project: 'mobile/app', parent: 'mobile' },
  ]);
});
