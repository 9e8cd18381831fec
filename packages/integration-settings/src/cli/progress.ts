import type { Context } from './cli-command.ts';
import type { TreeFile } from './tree-file.ts';
import type { TreeEntry } from '../integration-settings.ts';

const format = '{bar} {percentage}% | {scopes} scopes, {rate}/s | {left} s left';

/** Lets work read a file's entries, with a bar on the error output while somebody looks on. */
export const withProgress = async <T>(
  file: TreeFile,
  { terminal, options }: Context,
  work: (entries: AsyncIterable<TreeEntry>) => Promise<T>,
): Promise<T> => {
  const { entries, bytes, bytesRead } = file;
  if (!terminal.showsProgress || options.json === true || bytes === undefined) return work(entries);
  const { default: progress } = await import('cli-progress');
  const bar = new progress.SingleBar({ format, stream: terminal.stderr, clearOnComplete: true, hideCursor: true });
  const start = performance.now();
  async function* counted(): AsyncGenerator<TreeEntry> {
    let scopes = 0;
    for await (const entry of entries) {
      scopes += 1;
      const seconds = (performance.now() - start) / 1_000;
      const left = Math.ceil((seconds * ((bytes ?? 0) - bytesRead())) / bytesRead());
      bar.update(bytesRead(), { scopes, rate: Math.round(scopes / seconds), left });
      yield entry;
    }
  }
  bar.start(bytes, 0, { scopes: 0, rate: 0, left: '?' });
  try {
    return await work(counted());
  } finally {
    bar.stop();
  }
};
