import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a block of a page printed, by the page. */
export interface Expected {
  /** Which of the page's ```ts blocks, from 0. */
  readonly block: number;
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
}

/** What a program prints after each block. */
export const endOfBlock = '\u001E';

/** Every page of the documentation that has a program. */
export const pagesWithPrograms = (root: string): readonly Page[] =>
  globSync(['README.md', 'packages/*/README.md', 'examples/*.md', 'docs/**/*.md'], { cwd: root })
    .toSorted()
    .map((path) => readPage(path, readFileSync(join(root, path), 'utf8')))
    .filter(({ program }) => program.trim() !== '');

/** Reads the blocks of a page. A fence stands at the beginning of its line. */
export const readPage = (path: string, text: string): Page => {
  const program: string[] = [];
  const expected: Expected[] = [];
  let blocks = 0;
  let language: string | undefined;
  let previous: string | undefined;
  let output: string[] = [];
  for (const line of text.split('\n')) {
    const fence = /^```(\w*)/.exec(line)?.[1];
    let code = '';
    if (fence !== undefined && language === undefined) language = fence;
    else if (fence !== undefined) {
      if (language === 'ts') {
        code = `console.log(${JSON.stringify(endOfBlock)});`;
        blocks += 1;
      } else if (language === 'text' && previous === 'ts') expected.push({ block: blocks - 1, output: output.join('\n') });
      output = [];
      previous = language;
      language = undefined;
    } else if (language === 'ts') code = line;
    else if (language === 'text') output.push(line);
    program.push(code);
  }
  return { path, program: program.join('\n'), expected };
};
