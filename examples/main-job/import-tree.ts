import { SingleBar } from 'cli-progress';
import type { IntegrationSettings, TreeEntry } from 'integration-settings';
import { administrator } from './administrator.ts';
import type { Tree } from './read-tree.ts';

/** Registers every group and project, with a bar on the error output where that is wanted. @returns how long it took, in milliseconds */
export const importTree = async (
  settings: IntegrationSettings,
  { entries }: Tree,
  showsProgress: boolean,
): Promise<number> => {
  const start = performance.now();
  const { failed } = await settings.reconcile(showsProgress ? withBar(entries) : entries, { actor: administrator });
  const [first] = failed;
  if (first !== undefined) throw first.error;
  return performance.now() - start;
};

function* withBar(entries: readonly TreeEntry[]): Generator<TreeEntry> {
  const format = 'Importing {bar} {percentage}% | {value} of {total} scopes | {rate}/s | {left} s left';
  const bar = new SingleBar({ format, clearOnComplete: true, hideCursor: true });
  const start = performance.now();
  bar.start(entries.length, 0, { rate: 0, left: '?' });
  try {
    for (const [index, entry] of entries.entries()) {
      yield entry;
      const perSecond = (index + 1) / ((performance.now() - start) / 1_000);
      const left = Math.ceil((entries.length - index - 1) / perSecond);
      bar.update(index + 1, { rate: Math.round(perSecond), left });
    }
  } finally {
    bar.stop();
  }
}
