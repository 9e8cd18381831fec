import type { Painted, Terminal } from './terminal.ts';
import { visible } from './visible.ts';

const noLines = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'])
    .map((name) => [name, '']),
);

/** Prints rows below bold headings, in columns as wide as they need to be, without lines between them; a cell is one line, whatever its text. */
export const printTable = async (
  terminal: Terminal,
  headings: readonly string[],
  rows: readonly (readonly (string | Painted)[])[],
): Promise<void> => {
  const { default: Table } = await import('cli-table3');
  const table = new Table({
    chars: { ...noLines, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(
    headings.map((heading) => terminal.paint('bold', heading)),
    ...rows.map((row) =>
      row.map((cell) => (typeof cell === 'string' ? visible(cell) : terminal.paint(cell.format, cell.text))),
    ),
  );
  for (const line of table.toString().split('\n')) terminal.print(line.trimEnd());
};
