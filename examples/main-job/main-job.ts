import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { type EventStore, streamPrefixOf } from '@integration-settings/domain';
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
  /** On a server there is no file, and its size is not known. */
  readonly database: {
    readonly file: string | undefined;
    readonly namespace: string;
    readonly events: number;
    readonly bytes: number | undefined;
  };
}

/** Hears of the job as it goes on. */
export interface Audience {
  /** Whether the import shows a bar on the error output. */
  readonly showsProgress: boolean;
  imported(milliseconds: number): void;
  stepDone(report: StepReport, comparison: Comparison): void;
}

/** Imports a tree into a namespace that is empty, and walks through what is done with settings. Closes the database. */
export const runMainJob = async (tree: Tree, database: Database, audience: Audience): Promise<JobReport> => {
  const cast = chooseCast(tree);
  const { file, namespace, eventStore, keyring } = database;
  const settings = await openIntegrationSettings({ eventStore, namespace, keyring, catalog: gitlabCatalog });
  const steps: StepReport[] = [];
  let events: number;
  try {
    audience.imported(await importTree(settings, tree, audience.showsProgress));
    for (const step of walk(cast)) {
      const { report, comparison } = await runStep(settings, step, tree.projects);
      steps.push(report);
      audience.stepDone(report, comparison);
    }
    events = await countEvents(eventStore, namespace);
  } finally {
    await settings.close();
  }
  return {
    projects: tree.projects.length,
    groups: tree.groups.length,
    integrations: Object.keys(gitlabCatalog.definitions).length,
    steps,
    database: { file, namespace, events, bytes: await database.bytes() },
  };
};

const countEvents = async (eventStore: EventStore, namespace: string): Promise<number> => {
  let events = 0;
  for await (const batch of eventStore.readAll({ streamPrefix: streamPrefixOf(namespace) })) events += batch.length;
  return events;
};
