import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnvironment } from './bootstrap/environment.mjs';
import { nodeProgram } from './bootstrap/runtime.mjs';
import { buildPackages } from './build.ts';
import { endOfBlock, readPage, readPages, type Page, type ShellCommand } from './documentation/page.ts';
import { root } from './workspace.ts';

const runFile = promisify(execFile);
const env = cleanEnvironment(process.env);
const pages = readPages(root);
const withProgram = pages.filter(({ program }) => program.trim() !== '');

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
  for (const page of withProgram) {
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
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('the documentation', () => {
  it('compiles', async () => {
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const compiling = runFile(nodeProgram(root, 26), [tsc, '--pretty', 'false'], { cwd: folder, env });
    const { stdout } = await compiling.catch((error: unknown) => error as { stdout: string });
    expect(stdout).toBe('');
  });

  it('links to files that are there', () => {
    const broken = pages.flatMap(({ path, links }) =>
      links.filter((link) => !existsSync(join(root, dirname(path), link))).map((link) => `${path}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  it.each(withProgram.filter(({ path }) => needsMore[path] === undefined))('$path does what it says', async (page) => {
    const program = join(folderOf(page), 'program.ts');
    const { stdout } = await runFile(nodeProgram(root, 26), [program], { cwd: dirname(program), env });
    const printed = stdout.split(`${endOfBlock}\n`).map((output) => output.trimEnd());
    expect(page.expected.map(({ block }) => ({ block, output: printed[block] }))).toEqual(page.expected);
  });

  it.each(pages.filter(({ commands }) => commands.length > 0))('$path prints in a shell what it says', async (page) => {
    mkdirSync(folderOf(page), { recursive: true });
    const main = join(root, 'packages', 'integration-settings', 'dist', 'cli', 'main.js');
    const program = `#!/bin/sh\nexec '${nodeProgram(root, 26)}' '${main}' "$@"\n`;
    writeFileSync(join(folder, 'integration-settings'), program, { mode: 0o755 });
    const shell = { ...env, PATH: `${folder}:${env['PATH']}`, INTEGRATION_SETTINGS_STORE: 'sqlite:settings.sqlite' };
    const options = { cwd: folderOf(page), env: shell };
    /** What is not shown may be anything, but a failure. */
    const run = async ({ command, output }: ShellCommand): Promise<ShellCommand> => {
      const running = runFile('sh', ['-c', `${command} 2>&1`], options);
      if (output === '') await running;
      const { stdout } = await running.catch((error: unknown) => error as { stdout: string });
      return { command, output: output === '' ? '' : stdout.trimEnd() };
    };
    const done: ShellCommand[] = [];
    for (const command of page.commands) done.push(await run(command));
    expect(done).toEqual(page.commands);
  });
});

describe('a page', () => {
  it('gives its blocks as one program with the lines of the page, and what they print', () => {
    const text = ['# Title', '```ts', 'a();', '```', 'says', '```text', 'A', 'B', '```', '```text', 'no', '```'].join(
      '\n',
    );
    expect(readPage('page.md', text)).toEqual({
      path: 'page.md',
      program: `\n\na();\nconsole.log("\\u001e");${'\n'.repeat(8)}`,
      expected: [{ block: 0, output: 'A\nB' }],
      commands: [],
      links: [],
    });
  });

  it('gives the commands of a shell, and what they print', () => {
    const text = ['```console', '$ one', '1', '', '2', '$ two', '```', '```console', '$ three', '```'].join('\n');
    expect(readPage('page.md', text).commands).toEqual([
      { command: 'one', output: '1\n\n2' },
      { command: 'two', output: '' },
      { command: 'three', output: '' },
    ]);
  });

  it('gives the files it links to, and no other links', () => {
    const text = '[one](one.md), [part](../two.md#part), [here](#here), [there](https://example.com)';
    expect(readPage('page.md', text).links).toEqual(['one.md', '../two.md']);
  });
});
