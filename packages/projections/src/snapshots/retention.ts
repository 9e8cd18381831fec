import type { SnapshotHeader } from '@integration-settings/domain';

/**
 * Which snapshots are worth keeping: the newest, the oldest, and between them those at about doubling distances from the newest.
 *
 * One is given up where the next older is at most twice as far away as the next newer that stays. So their number grows with the
 * logarithm of the distance, and whoever wants to know a moment never folds more of the log, from the snapshot before it, than
 * lies between that moment and the newest snapshot, or than lay between two snapshots.
 *
 * @param snapshots - the newest first
 */
export const worthKeeping = <T extends Pick<SnapshotHeader, 'position'>>(snapshots: readonly T[]): readonly T[] => {
  const kept: T[] = [];
  const head = snapshots[0]?.position ?? -1n;
  let newer = 0n; // the distance of the last one kept
  for (const [index, snapshot] of snapshots.entries()) {
    const older = snapshots[index + 1];
    if (index > 0 && older !== undefined && head - older.position <= 2n * newer) continue;
    kept.push(snapshot);
    newer = head - snapshot.position;
  }
  return kept;
};
