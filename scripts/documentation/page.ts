import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a block of a page printed, by the page. */
export interface Expected {
  /** Which of the page's ```ts blocks, from 0. */
  readonly block: number;
  readonly output: string;
}

/** A line of a ```console block that begins with `$`, and the lines after it, if any: what it prints. */
export interface ShellCommand {
  readonly command: string;
  readonly output: string;
}

/** A page with code: its ```ts blocks are one program, each going on where the one before ended. */
export interface Page {
  /** Its path from the folder of the workspace. */
  readonly path: string;
  /** The program, every line where it stands on the page, so that errors name the page's lines. */
  readonly program: string;
  /** Of each ```text block that follows a ```ts block. */
  readonly expected: readonly Expected[];
  /** Of all ```console blocks, in order. */
  readonly commands: readonly ShellCommand[];
  /** The files that it links to, as paths from its folder. */
  readonly links: readonly string[];
}

/** What a program prints after each block. */
export const endOfBlock = '\u001E';

/** Every page of the documentation. */
export const readPages = (root: string): readonly Page[] =>
  globSync(['*.md', 'packages/*/README.md', 'examples/*.md', 'docs/**/*.md'], { cwd: root })
    .toSorted()
    .map((path) => readPage(path, readFileSync(join(root, path), 'utf8')));

/** Reads the blocks of a page. A fence stands at the beginning of its line. */
export const readPage = (path: string, text: string): Page => {
  const program: string[] = [];
  const expected: Expected[] = [];
  const commands: ShellCommand[] = [];
  let blocks = 0;
  let previous: string | undefined;
  let open: { readonly language: string; readonly lines: string[] } | undefined;
  for (const line of text.split('\n')) {
    const fence = /^```(\w*)/.exec(line)?.[1];
    let code = '';
    if (fence === undefined) {
      open?.lines.push(line);
      if (open?.language === 'ts') code = line;
    } else if (open === undefined) open = { language: fence, lines: [] };
    else {
      const { language, lines } = open;
      if (language === 'ts') {
        code = `console.log(${JSON.stringify(endOfBlock)});`;
        blocks += 1;
      } else if (language === 'console') commands.push(...commandsIn(lines));
      else if (language === 'text' && previous === 'ts') expected.push({ block: blocks - 1, output: lines.join('\n') });
      previous = language;
      open = undefined;
    }
    program.push(code);
  }
  return { path, program: program.join('\n'), expected, commands, links: linksIn(text) };
};

const linksIn = (text: string): readonly string[] =>
  [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => link);

const commandsIn = (lines: readonly string[]): readonly ShellCommand[] =>
  lines
    .join('\n')
    .split(/^\$ /m)
    .slice(1)
    .map((text) => {
      const [command = '', ...output] = text.trimEnd().split('\n');
      return { command, output: output.join('\n') };
    });
