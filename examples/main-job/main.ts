import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createDatabase, createOnServer, type Database } from './database.ts';
import { runMainJob } from './main-job.ts';
import { audienceOfMachines, audienceOfPeople, showEnd } from './audience.ts';
import { readTree } from './read-tree.ts';

const help = `The main job on real data: 34 981 projects inherit, override and lock settings of an integration.

Usage: npm start -- [options]

  --tree FILE      another tree: the path of one project a line
  --keep           keep the database, and say how to look at it
  --file FILE      create the database there, and keep it
  --store ADDRESS  use a namespace of its own on an EventStoreDB server, esdb://HOST:PORT, and keep it;
                   or sqlite:FILE
  --json           print one JSON document instead
  --help           show this`;

const options = {
  tree: { type: 'string', default: fileURLToPath(new URL('data/salsa-projects.tsv', import.meta.url)) },
  keep: { type: 'boolean', default: false },
  file: { type: 'string' },
  store: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const readOptions = () => {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    process.exit(2);
  }
};

/** @throws Error that does not repeat the address: there may be a password in it */
const openDatabase = (file: string | undefined, store: string | undefined): Promise<Database> => {
  if (store === undefined) return createDatabase(file);
  if (/^esdb(\+discover)?:/.test(store)) return createOnServer(store);
  if (store.startsWith('sqlite:')) return createDatabase(store.slice('sqlite:'.length));
  throw new Error('--store is neither esdb://HOST:PORT nor sqlite:FILE.');
};

const start = async ({ tree: treeFile, keep, file, store, json }: ReturnType<typeof readOptions>): Promise<void> => {
  const tree = await readTree(treeFile);
  const database = await openDatabase(file, store);
  const keeps = keep || file !== undefined || store !== undefined;
  if (!keeps) process.once('exit', () => database.remove()); // however it ends
  const report = await runMainJob(tree, database, json ? audienceOfMachines : audienceOfPeople(tree));
  console.log(json ? JSON.stringify(report, undefined, 2) : showEnd(report, keeps));
};

process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(); // whoever reads may stop before the end
  console.error(`The output could not be written: ${error.message}`);
  process.exit(1);
});
const chosen = readOptions();
if (chosen.help) console.log(help);
else {
  await start(chosen).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
