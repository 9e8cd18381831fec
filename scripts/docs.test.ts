import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnvironment } from './bootstrap/environment.mjs';
import { nodeProgram } from './bootstrap/runtime.mjs';
import { buildPackages } from './build.ts';
import { endOfBlock, pagesWithPrograms, readPage, type Page } from './documentation/page.ts';
import { root } from './workspace.ts';

const runFile = promisify(execFile);
const env = cleanEnvironment(process.env);
const pages = pagesWithPrograms(root);

/** Pages whose programs are compiled only. */
const needsMore: Readonly<Record<string, string>> = {
  'docs/how-to/eventstoredb.md': 'a server',
  'docs/how-to/event-store.md': 'vitest',
};

/** A project that has the packages and one folder for each page. */
let folder: string;
const folderOf = ({ path }: Page): string => join(folder, path.replace(/\.md$/, ''));

beforeAll(async () => {
  if ((await buildPackages()) !== 0) throw new Error('The packages cannot be built.');
  folder = mkdtempSync(join(tmpdir(), 'integration-settings-docs-'));
  symlinkSync(join(root, 'examples', 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  for (const page of pages) {
    mkdirSync(folderOf(page), { recursive: true });
    writeFileSync(join(folderOf(page), 'program.ts'), page.program);
  }
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2024',
    lib: ['esnext'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules', '@types')],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['**/program.ts'] }));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the documentation', () => {
  it('compiles', async () => {
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const compiling = runFile(nodeProgram(root, 26), [tsc, '--pretty', 'false'], { cwd: folder, env });
    const { stdout } = await compiling.catch((error: unknown) => error as { stdout: string });
    expect(stdout).toBe('');
  });

  it.each(pages.filter(({ path }) => needsMore[path] === undefined))('$path does what it says', async (page) => {
    const program = join(folderOf(page), 'program.ts');
    const { stdout } = await runFile(nodeProgram(root, 26), [program], { cwd: dirname(program), env });
    const printed = stdout.split(`${endOfBlock}\n`).map((output) => output.trimEnd());
    expect(page.expected.map(({ block }) => ({ block, output: printed[block] }))).toEqual(page.expected);
  });
});

describe('a page', () => {
  it('gives its blocks as one program with the lines of the page, and what they print', () => {
    const text = ['# Title', '```ts', 'a();', '```', 'says', '```text', 'A', 'B', '```', '```text', 'no', '```'].join('\n');
    expect(readPage('page.md', text)).toEqual({
      path: 'page.md',
      program: `\n\na();\nconsole.log("\\u001e");${'\n'.repeat(8)}`,
      expected: [{ block: 0, output: 'A\nB' }],
    });
  });
});
