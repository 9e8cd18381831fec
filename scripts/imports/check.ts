import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { findCircles } from './circles.ts';
import { readImports } from './read-imports.ts';
import { faultOf } from './rules.ts';

const sources = ['packages/*/src/**/*.ts', 'examples/**/*.ts', 'benchmarks/**/*.ts'];

/**
 * Checks that the imports of a workspace point the right way: between its packages, within each of them, and from
 * production code to tests.
 *
 * @param root - the folder of the workspace
 * @returns how many files were read, and a line for each fault, by file
 */
export const checkImports = (root: string): { readonly files: number; readonly faults: readonly string[] } => {
  const faults: string[] = [];
  const importsOf = new Map<string, readonly string[]>();
  const exclude = (name: string): boolean => /(^|\/)(node_modules|dist)$/.test(name);
  const files = globSync(sources, { cwd: root, exclude }).toSorted();

  for (const file of files) {
    const imports = readImports(file, readFileSync(join(root, file), 'utf8'));
    for (const found of imports) {
      const fault = faultOf(file, found);
      if (fault !== undefined) faults.push(`${file}:${found.line} imports "${found.specifier}": ${fault}`);
    }
    const relative = imports.filter(({ specifier }) => specifier.startsWith('.'));
    importsOf.set(
      file,
      relative.map(({ specifier }) => posix.join(posix.dirname(file), specifier)),
    );
  }
  for (const circle of findCircles(importsOf)) faults.push(`a circle: ${[...circle, circle[0]].join(' → ')}`);
  return { files: files.length, faults };
};
