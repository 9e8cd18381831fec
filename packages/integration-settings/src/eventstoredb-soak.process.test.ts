import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { openEventStoreDb } from '@integration-settings/adapters/eventstoredb';
import { startEventStoreDbServer } from '@integration-settings/adapters/testing/eventstoredb-server';
import {
  type EventMetadata,
  type RecordedEvent,
  registerProject,
  setInstanceDefault,
} from '@integration-settings/domain';
import { describe, expect, it, vi } from 'vitest';
import {
  digestOf,
  openSoak,
  randomFrom,
  type SoakJob,
  type SoakReport,
  soakAdministrator,
  soakProjects,
} from './eventstoredb-soak.fixture.ts';

const program = fileURLToPath(new URL('./eventstoredb-soak.fixture.ts', import.meta.url));
const processes = 4;
const commands = 500;

/** A process at work, and what it has told so far. */
const startProcess = (job: SoakJob) => {
  const child = fork(program, [JSON.stringify(job)], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  const answered: { readonly commandId: string; readonly eventIds: readonly string[] }[] = [];
  const told = { done: false, digest: '' };
  child.on('message', (report: SoakReport) => {
    if ('answered' in report) answered.push(report.answered);
    else Object.assign(told, report);
  });
  return {
    answered,
    told,
    finish: async (position: bigint): Promise<unknown> => {
      child.send(position.toString());
      const [code] = (await exited) as [unknown];
      return code;
    },
  };
};

describe('four processes on one EventStoreDB that is killed three times', () => {
  it('execute 2 000 commands, each written once, and see the same in the end', async () => {
    await using server = await startEventStoreDbServer();
    const job = { connectionString: server.connectionString, namespace: 'soak', commands, seed: 0 };
    const settings = await openSoak(job);
    await settings.execute(setInstanceDefault('chat', { channel: 'first' }), { actor: soakAdministrator });
    for (const project of soakProjects) {
      await settings.execute(registerProject(project, { group: null }), { actor: soakAdministrator });
    }
    const running = Array.from({ length: processes }, (_, seed) => startProcess({ ...job, seed: seed + 1 }));
    const answers = () => running.flatMap(({ answered }) => answered);
    const random = randomFrom(2_026);
    for (const third of [0, 1, 2]) {
      const moment = (third + random()) * ((processes * commands) / 3);
      await vi.waitFor(() => expect(answers().length).toBeGreaterThan(moment), { timeout: 60_000 });
      await server.restart();
    }
    await vi.waitFor(() => expect(running.map(({ told }) => told.done)).toEqual(running.map(() => true)), {
      timeout: 60_000,
    });
    expect(answers()).toHaveLength(processes * commands);

    const store = await openEventStoreDb({ connectionString: server.connectionString });
    const log: RecordedEvent[] = [];
    for await (const batch of store.readAll({ streamPrefix: 'soak.' })) log.push(...batch);
    await store.close();
    expect(new Set(log.map(({ id }) => id)).size).toBe(log.length);
    const idsByCommand = Map.groupBy(log, ({ metadata }) => (metadata as EventMetadata).commandId);
    for (const { commandId, eventIds } of answers()) {
      expect((idsByCommand.get(commandId) ?? []).map(({ id }) => id)).toEqual(eventIds);
    }

    const codes = await Promise.all(running.map(({ finish }) => finish(log.at(-1)?.position ?? -1n)));
    expect(codes).toEqual(running.map(() => 0));
    const replayed = await openSoak(job);
    const digest = digestOf(replayed);
    expect(running.map(({ told }) => told.digest)).toEqual(running.map(() => digest));
    await settings.waitFor(log.at(-1)?.position ?? -1n);
    expect(digestOf(settings)).toBe(digest);
    await replayed.close();
    await settings.close();
  }, 180_000);
});
