import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildPackages } from '../../../../scripts/build.ts';
import { Log } from '../testing/log.fixture.ts';
import { does } from '../testing/view.fixture.ts';
import { type ReadModelJob, work } from './read-model-process.fixture.ts';
import { rowsIn, temporaryFiles } from './sql-view.fixture.ts';

const program = fileURLToPath(new URL('./read-model-process.fixture.ts', import.meta.url));
const newFile = temporaryFiles();
const projects = 1_000;
const head = BigInt(2 * projects + 1);
let log = '';

beforeAll(async () => {
  expect(await buildPackages()).toBe(0);
  log = newFile();
  const written = new Log();
  written.record(does.registerGroup('a'), does.registerGroup('b'));
  for (let index = 0; index < projects; index += 1) {
    written.record(does.registerProject(`q${index}`, 'a'), does.moveProject(`q${index}`, 'b'));
  }
  const eventStore = await openSqliteEventStore({ file: log });
  for (const { streamName, id, type, data, metadata } of written.events) {
    void eventStore.appendToStream(streamName, [{ id, type, data, metadata }], { expectedRevision: 'any' });
  }
  await eventStore.close();
});

/** Starts a process on a job and kills it once it has told of so many steps. @returns the checkpoints it told of */
const runKilled = async (job: ReadModelJob, killAfter: number): Promise<readonly bigint[]> => {
  const child = spawn(process.execPath, [program, JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const told: bigint[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (told.push(BigInt(line)) === killAfter) child.kill('SIGKILL');
  }
  expect(await closed).toEqual([null, 'SIGKILL']);
  return told;
};

/** Does a job here. @returns the checkpoints of its steps */
const finish = async (job: ReadModelJob): Promise<readonly bigint[]> => {
  const told: bigint[] = [];
  await work(job, (checkpoint) => told.push(checkpoint));
  return told;
};

/** What each kind holds: how far it is, and which group each project is in. */
const holds = {
  projection: (file: string) => {
    const [row] = rowsIn(file, `SELECT checkpoint, state FROM read_models WHERE slot = 'current'`);
    return { checkpoint: row!['checkpoint'], places: JSON.parse(row!['state'] as string) as Record<string, string> };
  },
  sql: (file: string) => ({
    checkpoint: rowsIn(file, 'SELECT checkpoint FROM read_model')[0]!['checkpoint'],
    places: Object.fromEntries(
      rowsIn(file, `SELECT scope, parent FROM scopes WHERE level = 'project'`).map(({ scope, parent }) => [
        (scope as string).slice('project/'.length),
        (parent as string).slice('group/'.length),
      ]),
    ),
  }),
};

/** Which group each project is in at a position, as the log says. */
const placesAt = (position: number): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: projects }, (_, index) => index)
      .filter((index) => 2 * index + 2 <= position)
      .map((index) => [`q${index}`, 2 * index + 3 <= position ? 'b' : 'a']),
  );

/** Spoils what a read model holds, so that a rebuild changes it. */
const spoil = {
  projection: `UPDATE read_models SET state = json_set(state, '$.q0', 'spoilt')`,
  sql: `UPDATE scopes_1 SET parent = 0 WHERE scope = 'project/q0'`,
};

describe.each(['projection', 'sql'] as const)('a process with a read model (%s)', (kind) => {
  it('that is killed leaves state and checkpoint of one moment, and the next goes on there', async () => {
    const job = { task: 'run', kind, log, file: newFile() } as const;
    let last = -1n;
    for (const killAfter of [1, 5, 17]) {
      const told = await runKilled(job, killAfter);
      const { checkpoint, places } = holds[kind](job.file);
      expect(told[0]).toBeGreaterThan(last);
      expect(BigInt(checkpoint as number)).toBeGreaterThanOrEqual(told.at(-1)!);
      expect(places).toEqual(placesAt(checkpoint as number));
      last = BigInt(checkpoint as number);
    }
    expect((await finish(job))[0]).toBeGreaterThan(last);
    expect(holds[kind](job.file)).toEqual({ checkpoint: Number(head), places: placesAt(Number(head)) });
  });

  it('that is killed while it rebuilds leaves what holds as it is, and the next rebuild goes on there', async () => {
    const file = newFile();
    await finish({ task: 'run', kind, log, file });
    const database = new DatabaseSync(file);
    database.exec(spoil[kind]);
    database.close();
    const spoilt = holds[kind](file);
    expect(spoilt.places).not.toEqual(placesAt(Number(head)));

    const job = { task: 'rebuild', kind, log, file } as const;
    const told = await runKilled(job, 9);
    expect(holds[kind](file)).toEqual(spoilt);
    const rest = await finish(job);
    expect(rest[0]).toBeGreaterThan(told.at(-1)!);
    expect(rest.at(-1)).toBe(head);
    expect(holds[kind](file)).toEqual({ checkpoint: Number(head), places: placesAt(Number(head)) });
  });

  it('that is killed while it verifies leaves what holds as it is, and the next goes on there', async () => {
    const file = newFile();
    await finish({ task: 'run', kind, log, file });
    const held = holds[kind](file);
    const job = { task: 'verify', kind, log, file } as const;
    const told = await runKilled(job, 9);
    expect(holds[kind](file)).toEqual(held);
    expect((await finish(job))[0]).toBeGreaterThan(told.at(-1)!);
    expect(holds[kind](file)).toEqual(held);
  });
});
