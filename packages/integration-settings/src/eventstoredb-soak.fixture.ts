// One process of the soak: executes its share of commands on a shared EventStoreDB, tells which were answered, and in
// the end what its view shows. Loads nothing but Node and the library.
import { createHash, randomUUID } from 'node:crypto';
import { openEventStoreDb } from '@integration-settings/adapters/eventstoredb';
import {
  changeCustomSettings,
  type Command,
  defineCatalog,
  isAppendOutcomeUnknown,
  isCommandRejected,
  isExpectedRevisionConflict,
  isStoreUnavailable,
  overrideFields,
  setInstanceDefault,
  switchToCustom,
  switchToInherited,
} from '@integration-settings/domain';
import type { IntegrationSettings } from './integration-settings.ts';
import { openIntegrationSettings } from './open-integration-settings.ts';

/** What a process is told to do. */
export interface SoakJob {
  readonly connectionString: string;
  readonly namespace: string;
  readonly commands: number;
  readonly seed: number;
}

/** What a process tells: each answer, that it has done its share, and what its view shows in the end. */
export type SoakReport =
  | { readonly answered: { readonly commandId: string; readonly eventIds: readonly string[] } }
  | { readonly done: true }
  | { readonly digest: string };

export const soakCatalog = defineCatalog({
  chat: { fields: { channel: { type: 'string', required: true }, notify: { type: 'string' } } },
});

/** With the instance fifty scopes. */
export const soakProjects: readonly string[] = Array.from({ length: 49 }, (_, index) => `project-${index}`);

export const soakAdministrator = { id: 'soak', administers: ['instance'] } as const;

/** Numbers from 0 to 1, the same for the same seed. */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

export const openSoak = async ({ connectionString, namespace }: SoakJob): Promise<IntegrationSettings> => {
  const eventStore = await openEventStoreDb({ connectionString, answerWithinMs: 1_000 });
  return openIntegrationSettings({ eventStore, catalog: soakCatalog, namespace });
};

/** All that a view shows of the scopes of the soak, in one short text. */
export const digestOf = (settings: IntegrationSettings): string => {
  const shown = soakProjects.map((project) => [
    settings.effective({ project }, 'chat'),
    settings.own({ project }, 'chat'),
  ]);
  return createHash('sha256')
    .update(JSON.stringify([settings.own('instance', 'chat'), shown]))
    .digest('hex');
};

const aCommand = (random: () => number): Command => {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const project = pick(soakProjects);
  const channel = `channel-${Math.floor(random() * 1_000)}`;
  return pick([
    () => setInstanceDefault('chat', { channel }),
    () => switchToCustom({ project }, 'chat', { channel }),
    () => changeCustomSettings({ project }, 'chat', { channel }),
    () => overrideFields({ project }, 'chat', { notify: channel }),
    () => switchToInherited({ project }, 'chat'),
  ])();
};

const mayTryAgain = (error: unknown): boolean =>
  isStoreUnavailable(error) || isAppendOutcomeUnknown(error) || isExpectedRevisionConflict(error);

/** Executes a command under one id until it is answered. @returns the ids of its events */
const untilAnswered = async (
  settings: IntegrationSettings,
  command: Command,
  commandId: string,
): Promise<readonly string[]> => {
  for (let tries = 1; ; tries += 1) {
    try {
      const { events } = await settings.execute(command, { actor: soakAdministrator, commandId });
      return events.map(({ id }) => id);
    } catch (error) {
      if (isCommandRejected(error)) return [];
      if (!mayTryAgain(error) || tries === 20) throw error;
    }
  }
};

const tell = (report: SoakReport): void => {
  process.send?.(report);
};

const main = async (job: SoakJob): Promise<void> => {
  const settings = await openSoak(job);
  const random = randomFrom(job.seed);
  const commands = Array.from({ length: job.commands }, () => aCommand(random));
  const worker = async (): Promise<void> => {
    for (let command = commands.pop(); command !== undefined; command = commands.pop()) {
      const commandId = randomUUID();
      tell({ answered: { commandId, eventIds: await untilAnswered(settings, command, commandId) } });
    }
  };
  const end = new Promise<string>((resolve) => process.once('message', resolve));
  await Promise.all(Array.from({ length: 4 }, worker));
  tell({ done: true });
  await settings.waitFor(await end, { timeoutMs: 20_000 });
  tell({ digest: digestOf(settings) });
  await settings.close();
  process.disconnect?.();
};

if (process.argv[2] !== undefined) await main(JSON.parse(process.argv[2]) as SoakJob);
