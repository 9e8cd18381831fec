import type { SnapshotHeader, SnapshotStore } from '@integration-settings/domain';
import { openFileSnapshotStore, openSqliteSnapshotStore } from './index.ts';

/** The stores that outlive a process, by name. */
export const durableStores = {
  file: (place: string): Promise<SnapshotStore> => openFileSnapshotStore({ folder: place }),
  sqlite: (place: string): Promise<SnapshotStore> => openSqliteSnapshotStore({ file: place }),
};

/** The header at a position, the same in every process. */
export const headerAt = (position: number): SnapshotHeader => ({
  name: 'integrations',
  version: 1,
  position: BigInt(position),
  eventId: `00000000-0000-4000-8000-${String(position).padStart(12, '0')}`,
});
