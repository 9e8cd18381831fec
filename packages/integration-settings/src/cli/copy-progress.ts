import { type EventStore, streamPrefixOf } from '@integration-settings/domain';
import type { Context } from './cli-command.ts';
import type { CopyProgress } from './copy-log.ts';
import { withFoldProgress } from './fold-progress.ts';

/** Tells of a copy, or of its check, as of other long work. How many events there will be is judged by the source's positions. */
export const withCopyProgress = async <T>(
  from: EventStore,
  namespace: string,
  context: Context,
  work: (onProgress: (progress: CopyProgress) => void) => Promise<T>,
): Promise<T> => {
  const end = Number(await lastPosition(from, namespace)) + 1;
  const start = performance.now();
  return withFoldProgress(context, (onProgress) =>
    work(({ events, position }) => {
      const total = Math.round((events * end) / (Number(position) + 1));
      const perSecond = Math.round((events * 1_000) / Math.max(1, performance.now() - start));
      onProgress({ events, total, perSecond });
    }),
  );
};

const lastPosition = async (store: EventStore, namespace: string): Promise<bigint> => {
  const range = { direction: 'backwards', maxCount: 1, streamPrefix: streamPrefixOf(namespace) } as const;
  for await (const [last] of store.readAll(range)) if (last !== undefined) return last.position;
  return -1n;
};
