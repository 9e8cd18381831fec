// Runs benchmarks and prints their figures. The exit code says whether they ran; whether they hold is in the figures.
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runScenario, type Figure, type Scenario } from './harness.ts';
import { renderTable } from './table.ts';

const usage = `Usage: npm run bench -- [--json] [SCENARIO…]

Runs the scenarios named, or all of them, and prints a table of their figures: the median of ours, the median of what it
is compared with, measured in turn in the same run, and their ratio.

  --json   print one line of JSON for each figure instead
  --list   print what each scenario compares, and run none
  --help   print this
`;

const folder = new URL('./scenarios/', import.meta.url);
const known = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length));

const load = async (name: string): Promise<Scenario> => {
  const module = (await import(new URL(`${name}.ts`, folder).href)) as { readonly scenario: Scenario };
  return module.scenario;
};

const refuse = (message: string): never => {
  console.error(`${message}\n\n${usage}`);
  process.exit(2);
};

const readArguments = () => {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({ options: { json: flag, list: flag, help: flag }, allowPositionals: true });
  } catch (error) {
    return refuse((error as Error).message);
  }
};

const { values: flags, positionals } = readArguments();
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) refuse(`Unknown: ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
const chosen = positionals.length > 0 ? positionals : known;

if (flags.help) {
  console.log(usage);
} else if (flags.list) {
  for (const name of chosen) console.log(`${name}: ${(await load(name)).comparesWith}`);
} else {
  const figures: Figure[] = [];
  for (const name of chosen) {
    if (process.stderr.isTTY) console.error(`${name} …`);
    try {
      await runScenario(await load(name), (figure) => {
        if (flags.json) console.log(JSON.stringify(figure));
        else figures.push(figure);
      });
    } catch (error) {
      console.error(`The scenario ${name} failed:`, error);
      process.exitCode = 1;
    }
  }
  if (!flags.json) console.log(renderTable(figures));
}
