import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';

const usage = `Usage: npm run history -- --to FILE [OPTION…]

Writes a history of ten years into a new SQLite store, the same in every run: the projects of Debian's GitLab as they came,
moved and went, and settings as they may have been. For demos, benchmarks and tests; see benchmarks/history/assumptions.ts.

  --to FILE        the store; the keys of its secrets come into FILE.key and beside it
  --without-keys   keep no keys: faster, and nobody can read its secrets
  --size S|M|L     35 thousand projects, or one or ten million; S if absent
  --scale SHARE    only this share of the projects of Debian's GitLab, such as 0.02
  --own-share N    the share of projects with settings of their own, from 0 to 1, instead of the assumed one
  --extra-year     go on in the last year, which the data does not reach
  --special-trees  with a chain of 20 groups, a group of 10 000 empty ones and others of the kind beside it
  --json           print what was written as one line of JSON, and no bar
  --help           print this

Look at it with the command line: npm run cli -- audit --store sqlite:FILE
`;

/** What is to be written, and where. */
export interface Arguments {
  readonly file: string;
  /** All files that are written: none is there yet. */
  readonly files: readonly string[];
  readonly keyFile: string | undefined;
  readonly size: 'S' | 'M' | 'L';
  readonly scale: number | undefined;
  readonly ownShare: number | undefined;
  readonly withExtraYear: boolean;
  readonly withSpecialTrees: boolean;
  readonly json: boolean;
}

/** What the words after the program's name say. What they do not say well ends the process with 2, `--help` with 0. */
export const readArguments = (): Arguments => {
  const given = parse();
  if (given.help) {
    console.log(usage);
    process.exit();
  }
  const file = given.to ?? refuse('--to is missing.');
  const { size } = given;
  if (size !== 'S' && size !== 'M' && size !== 'L') return refuse(`--size is "${size}", expected S, M or L.`);
  const scale = shareOf('scale', given.scale);
  if (scale === 0) refuse('--scale is 0, expected more.');
  const files = [file, `${file}-wal`, `${file}-shm`, `${file}.key`, `${file}.key.keys.sqlite`];
  const inTheWay = files.find((path) => existsSync(path));
  if (inTheWay !== undefined) refuse(`"${inTheWay}" is there already.`);
  return {
    file,
    files,
    keyFile: given['without-keys'] ? undefined : `${file}.key`,
    size,
    scale,
    ownShare: shareOf('own-share', given['own-share']),
    withExtraYear: given['extra-year'],
    withSpecialTrees: given['special-trees'],
    json: given.json,
  };
};

const parse = () => {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  const options = {
    to: text,
    'without-keys': flag,
    size: { type: 'string', default: 'S' },
    scale: text,
    'own-share': text,
    'extra-year': flag,
    'special-trees': flag,
    json: flag,
    help: flag,
  } as const;
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
};

/** A share that was given, from 0 to 1. */
const shareOf = (option: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const share = Number(text);
  if (text === '' || !(share >= 0 && share <= 1)) refuse(`--${option} is "${text}", expected a number from 0 to 1.`);
  return share;
};

const refuse = (message: string): never => {
  console.error(`${message}\n\n${usage}`);
  process.exit(2);
};
