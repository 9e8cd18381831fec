import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach } from 'vitest';
import { run } from './run.ts';

/** How a command ended. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in this process, as if at no terminal. */
export const runHere = async (words: readonly string[], input = ''): Promise<Outcome> => {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const printed = Promise.all([text(stdout), text(stderr)]);
  const code = await run(words, { stdin: Readable.from(input === '' ? [] : [Buffer.from(input)]), stdout, stderr });
  stdout.end();
  stderr.end();
  const [out, err] = await printed;
  return { code, out, err };
};

/** A folder with a store of its own for each test. */
export interface Workplace {
  /** In the folder. */
  path(name: string): string;
  /** Runs a command on the store. */
  cli(words: string | readonly string[], input?: string): Promise<Outcome>;
  /** Runs a command that must succeed. @returns its output as JSON */
  json(words: string | readonly string[], input?: string): Promise<unknown>;
  /** Runs a command that must succeed. @returns what it printed */
  ok(words: string | readonly string[], input?: string): Promise<string>;
}

/** Gives each test of a file a folder, gone afterwards. Words given as one text are split at spaces. */
export const workplace = (): Workplace => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'integration-settings-cli-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const path = (name: string): string => join(folder, name);
  const cli: Workplace['cli'] = (words, input) => {
    const given = typeof words === 'string' ? words.split(' ') : words;
    return runHere([...given, '--store', `sqlite:${path('settings.sqlite')}`], input);
  };
  const ok: Workplace['ok'] = async (words, input) => {
    const { code, out, err } = await cli(words, input);
    if (code !== 0) throw new Error(`${String(words)} ended with ${code}: ${err}`);
    return out;
  };
  const json: Workplace['json'] = async (words, input) => {
    const given = typeof words === 'string' ? words.split(' ') : words;
    return JSON.parse(await ok([...given, '--json'], input)) as unknown;
  };
  return { path, cli, ok, json };
};

/** Makes the store of a workplace, with a small tree in it. */
export const withTree = async ({ ok }: Workplace): Promise<void> => {
  await ok('init');
  await ok('import -', 'backend/api\nbackend/web\nfrontend/site\ntop\n');
};
