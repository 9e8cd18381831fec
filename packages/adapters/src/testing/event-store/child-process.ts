import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Acknowledgement, Job } from './append-process.ts';

/** What a child process is told. */
export interface ChildTask {
  /** The URL of the module that opens the store. */
  readonly module: string;
  readonly place: string;
  readonly writer: string;
  readonly job: Job;
}

/** The program stands beside this file, as source or as built. */
const program = fileURLToPath(import.meta.url).replace(/child-process(\.\w+)$/, 'append-process$1');

/**
 * Starts a child process on a task and gives what it acknowledged once it has ended.
 *
 * @param killAfter - the number of acknowledgements after which it is killed, with no chance to do anything more; what it
 * had acknowledged by then is given all the same
 * @throws Error with what it wrote to stderr, if it failed by itself
 */
export const runChild = async (task: ChildTask, killAfter = Infinity): Promise<readonly Acknowledgement[]> => {
  const child = spawn(process.execPath, [program, task.module, task.place, task.writer, JSON.stringify(task.job)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = endOf(child);
  const acknowledged: Acknowledgement[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.endsWith('}')) continue; // torn by the kill: nobody was told
    acknowledged.push(JSON.parse(line) as Acknowledgement);
    if (acknowledged.length === killAfter) child.kill('SIGKILL');
  }
  await ended;
  return acknowledged;
};

const endOf = async (child: ChildProcessByStdio<null, Readable, Readable>): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  child.once('error', reject);
  child.once('close', (code, signal) => {
    if (code === 0 || signal === 'SIGKILL') resolve();
    else reject(new Error(`The child process ended with ${code ?? signal}: ${errors}`));
  });
  return promise;
};
