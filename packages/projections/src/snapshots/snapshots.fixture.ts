import { openMemorySnapshotStore } from '@integration-settings/adapters/snapshots';
import type { RecordedEvent, SnapshotHeader, SnapshotStore } from '@integration-settings/domain';
import { catalog } from '../testing/catalogs.fixture.ts';
import { LogStore } from '../testing/log-store.fixture.ts';
import { viewOf } from './image.fixture.ts';
import { Snapshots, type SnapshotsOptions } from './snapshots.ts';

/** Snapshots over a store, and what they warned of. */
export const snapshotsOver = (
  events: readonly RecordedEvent[],
  store: SnapshotStore = openMemorySnapshotStore(),
  options: Partial<SnapshotsOptions> = {},
) => {
  const warnings: (readonly [message: string, details: Readonly<Record<string, unknown>>])[] = [];
  const warn: SnapshotsOptions['warn'] = (message, details) => warnings.push([message, details]);
  const eventStore = new LogStore(events);
  const snapshots = new Snapshots({ store, eventStore, namespace: 'integrations', catalog, warn, ...options });
  return { snapshots, store, eventStore, warnings };
};

/** Never aborted. */
export const signal: AbortSignal = new AbortController().signal;

/** Writes a snapshot after each of so many events; one after the other, with nothing deleted in between. @returns their headers, the newest first */
export const writeAfter = async (
  store: SnapshotStore,
  events: readonly RecordedEvent[],
  counts: readonly number[],
): Promise<readonly SnapshotHeader[]> => {
  const keeping: SnapshotStore = {
    list: (name) => store.list(name),
    read: (header) => store.read(header),
    write: (...given) => store.write(...given),
    delete: () => Promise.resolve(),
    close: () => store.close(),
  };
  const { snapshots } = snapshotsOver(events, keeping);
  for (const count of counts) await snapshots.write(viewOf(events.slice(0, count)), signal);
  return store.list('integrations');
};
