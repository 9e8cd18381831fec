import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import type { EventStore } from '@integration-settings/domain';
import { openIntegrationSettings } from 'integration-settings';
import { chooseCast } from './cast.ts';
import type { Database } from './database.ts';
import { importTree } from './import-tree.ts';
import type { Tree } from './read-tree.ts';
import { type Comparison, runStep, type StepReport } from './run-step.ts';
import { walk } from './walk.ts';

/** What the whole job did. */
export interface JobReport {
  readonly projects: number;
  readonly groups: number;
  readonly integrations: number;
  readonly steps: readonly StepReport[];
  readonly database: { readonly file: string; readonly events: number; readonly bytes: number };
}

/** Hears of the job as it goes on. */
export interface Audience {
  /** Whether the import shows a bar on the error output. */
  readonly showsProgress: boolean;
  imported(milliseconds: number): void;
  stepDone(report: StepReport, comparison: Comparison): void;
}

/** Imports a tree into a database that is empty, and walks through what is done with settings. Closes the database. */
export const runMainJob = async (tree: Tree, database: Database, audience: Audience): Promise<JobReport> => {
  const cast = chooseCast(tree);
  const { file, eventStore, keyring } = database;
  const settings = await openIntegrationSettings({ eventStore, keyring, catalog: gitlabCatalog });
  const steps: StepReport[] = [];
  let events: number;
  try {
    audience.imported(await importTree(settings, tree, audience.showsProgress));
    for (const step of walk(cast)) {
      const { report, comparison } = await runStep(settings, step, tree.projects);
      steps.push(report);
      audience.stepDone(report, comparison);
    }
    events = await countEvents(eventStore);
  } finally {
    await settings.close();
  }
  return {
    projects: tree.projects.length,
    groups: tree.groups.length,
    integrations: Object.keys(gitlabCatalog.definitions).length,
    steps,
    database: { file, events, bytes: await database.bytes() },
  };
};

const countEvents = async (eventStore: EventStore): Promise<number> => {
  let events = 0;
  for await (const batch of eventStore.readAll()) events += batch.length;
  return events;
};
