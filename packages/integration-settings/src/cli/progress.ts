import type { Context } from './cli-command.ts';
import type { TreeFile } from './tree-file.ts';
import type { TreeEntry } from '../integration-settings.ts';

const format = '{bar} {percentage}% | {scopes} scopes, {rate}/s | {eta_formatted} left';

/** Lets work read a file's entries, with a bar on the error output while somebody looks on. */
export const withProgress = async <T>(
  file: TreeFile,
  { terminal, options }: Context,
  work: (entries: AsyncIterable<TreeEntry>) => Promise<T>,
): Promise<T> => {
  if (!terminal.showsProgress || options.json === true || file.bytes === undefined) return work(file.entries);
  const { default: progress } = await import('cli-progress');
  const bar = new progress.SingleBar({ format, stream: terminal.stderr, clearOnComplete: true, hideCursor: true });
  const start = performance.now();
  let scopes = 0;
  const payload = (): object => ({ scopes, rate: Math.round(scopes / ((performance.now() - start) / 1000)) });
  async function* counted(): AsyncGenerator<TreeEntry> {
    for await (const entry of file.entries) {
      scopes += 1;
      bar.update(file.bytesRead(), payload());
      yield entry;
    }
  }
  bar.start(file.bytes, 0, payload());
  try {
    return await work(counted());
  } finally {
    bar.stop();
  }
};
