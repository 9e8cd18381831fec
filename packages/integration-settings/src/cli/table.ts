import type { Terminal } from './terminal.ts';

const noLines = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'])
    .map((name) => [name, '']),
);

/** Prints rows below bold headings, in columns as wide as they need to be, without lines between them. */
export const printTable = async (
  terminal: Terminal,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<void> => {
  const { default: Table } = await import('cli-table3');
  const table = new Table({
    chars: { ...noLines, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(
    headings.map((heading) => terminal.paint('bold', heading)),
    ...rows.map((row) => [...row]),
  );
  for (const line of table.toString().split('\n')) terminal.print(line.trimEnd());
};
