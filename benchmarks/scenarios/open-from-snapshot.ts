import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileSnapshotStore, openSqliteSnapshotStore } from '@integration-settings/adapters/snapshots';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import type { SnapshotStore } from '@integration-settings/domain';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { openIntegrationSettings } from 'integration-settings';
import type { Sample, Scenario } from '../harness.ts';
import { salsaHistory } from '../salsa-history.ts';

type OpenStore = (folder: string) => Promise<SnapshotStore>;

const stores: Readonly<Record<string, OpenStore>> = {
  'a file': (folder) => openFileSnapshotStore({ folder }),
  SQLite: (folder) => openSqliteSnapshotStore({ file: join(folder, 'snapshots.db') }),
};

/** Opens settings on the history, closes them again, and tells how many could be opened in a second. */
const opening =
  (file: string, openStore?: () => Promise<SnapshotStore>): Sample =>
  async () => {
    const begun = performance.now();
    const eventStore = await openSqliteEventStore({ file });
    const snapshots = await openStore?.();
    const settings = await openIntegrationSettings({
      eventStore,
      catalog: gitlabCatalog,
      ...(snapshots === undefined ? {} : { snapshots }),
    });
    const took = performance.now() - begun;
    await settings.close();
    return 1_000 / took;
  };

/** What a snapshot saves whoever opens. */
export const scenario: Scenario = {
  name: 'open-from-snapshot',
  comparesWith: 'opening without one, which reads the whole log',
  async run(measure) {
    const file = await salsaHistory();
    for (const [name, openStore] of Object.entries(stores)) {
      const folder = mkdtempSync(join(tmpdir(), 'snapshots-'));
      const fromSnapshot = opening(file, () => openStore(folder));
      await fromSnapshot(); // reads the log, and leaves a snapshot
      await measure(`from ${name}`, {
        unit: 'opened/s',
        ours: fromSnapshot,
        baseline: opening(file),
        goal: { atLeast: 5 },
        rounds: 21,
        warmUps: 5,
      });
      rmSync(folder, { recursive: true });
    }
  },
};
