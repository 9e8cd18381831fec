import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { keyringFromFile } from '@integration-settings/adapters/keyring';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import { overrideFields, registerGroup, registerProject, setInstanceDefault } from '@integration-settings/domain';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { openIntegrationSettings } from 'integration-settings';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSettings } from './open-settings.ts';

const apollo = { project: 'apollo' };
const slack = { webhook: 'https://hooks.example/1', username: 'bot' };
const ada = { actor: { id: 'ada', administers: ['instance'] } } as const;
/** When the default was right, and when somebody had changed it. */
const [april, may] = ['2026-04-15T00:00:00Z', '2026-05-15T00:00:00Z'];

let folder = '';
let file = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'integration-settings-scripts-'));
  file = join(folder, 'settings.sqlite');
  let now = '2026-04-01T00:00:00Z';
  await using settings = await openIntegrationSettings({
    eventStore: await openSqliteEventStore({ file }),
    catalog: gitlabCatalog,
    keyring: await keyringFromFile(`${file}.key`, { create: true }),
    clock: () => new Date(now),
  });
  await settings.execute(registerGroup('space', { parent: null }), ada);
  await settings.execute(registerProject('apollo', { group: 'space' }), ada);
  await settings.execute(registerProject('artemis', { group: 'space' }), ada);
  await settings.execute(setInstanceDefault('slack', slack), ada);
  await settings.execute(overrideFields(apollo, 'slack', { username: 'apollo-bot' }), ada);
  now = '2026-05-01T00:00:00Z';
  const mistake = setInstanceDefault('slack', { username: 'robot' });
  await settings.execute(mistake, { actor: { id: 'max', administers: ['instance'] }, reason: 'a mistake' });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.doUnmock('integration-settings');
  rmSync(folder, { recursive: true });
});

/** Runs a program in this process, as `node PROGRAM FILE …` would in its own. @returns what it printed, and its exit code */
const run = async (program: string, ...args: readonly string[]): Promise<{ out: readonly string[]; code: number }> => {
  const log = vi.spyOn(console, 'log').mockReturnValue(undefined);
  const { argv, exitCode } = process;
  vi.resetModules();
  process.argv = [process.execPath, program, file, ...args];
  try {
    await import(program);
    return { out: log.mock.calls.map((words) => words.join(' ')), code: Number(process.exitCode ?? 0) };
  } finally {
    Object.assign(process, { argv, exitCode });
  }
};

/** Does to the file what nobody should. */
const changeLog = (sql: string): void => {
  using database = new DatabaseSync(file);
  database.exec(sql);
};

const parsed = (lines: readonly string[]): readonly unknown[] => lines.map((line) => JSON.parse(line) as unknown);

describe('verify', () => {
  it('finds the view to be what its log says', async () => {
    expect(await run('./verify.ts')).toEqual({ out: ['6 events up to position 5, 0 differences'], code: 0 });
  });

  it('exits 1 and names what differs, where the log has changed below the view', async () => {
    vi.doMock('integration-settings', () => ({
      openIntegrationSettings: async (options: Parameters<typeof openIntegrationSettings>[0]) => {
        const settings = await openIntegrationSettings(options);
        changeLog(`UPDATE events SET data = replace(data, 'robot', 'rover')`);
        return settings;
      },
    }));
    const { out, code } = await run('./verify.ts');
    expect(code).toBe(1);
    expect(out).toEqual([
      '6 events up to position 5, 2 differences',
      'slack in instance: instance',
      'slack in group/space: group/space, project/artemis',
    ]);
  });

  it('fails where the log has an event that this version does not know, and names it', async () => {
    changeLog(`UPDATE events SET type = 'InstanceDefaultMirrored' WHERE position = 5`);
    await expect(run('./verify.ts')).rejects.toMatchObject({
      code: 'STORE_NEWER',
      message: expect.stringContaining('InstanceDefaultMirrored') as string,
    });
  });

  it('makes no store where there is none', async () => {
    file = join(folder, 'elsewhere.sqlite');
    await expect(run('./verify.ts')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('rebuild', () => {
  it('prints how far it has come, and what it found', async () => {
    const lines = parsed((await run('./rebuild.ts')).out);
    expect(lines.slice(0, -1)).toContainEqual({
      progress: { events: 6, total: 6, perSecond: expect.any(Number) as number },
    });
    expect(lines.at(-1)).toMatchObject({ report: { events: 6, position: '5', differences: [] } });
  });
});

describe('audit-export', () => {
  it('prints who changed what after one moment, up to another', async () => {
    expect(parsed((await run('./audit-export.ts', april, may)).out)).toEqual([
      {
        position: '5',
        at: '2026-05-01T00:00:00.000Z',
        actor: 'max',
        reason: 'a mistake',
        scope: 'instance',
        integration: 'slack',
        event: 'InstanceDefaultChanged',
        changed: { username: { before: 'bot', after: 'robot' } },
      },
    ]);
  });

  it('prints everything where no moment is given, without secrets', async () => {
    const { out } = await run('./audit-export.ts');
    expect(out).toHaveLength(6);
    expect(out[3]).toContain('"webhook":{"after":"********"}');
  });
});

describe('who-had-what', () => {
  it.each([
    [april, 'bot'],
    [may, 'robot'],
  ])('prints what held at a project at %s', async (moment, username) => {
    expect(parsed((await run('./who-had-what.ts', 'artemis', moment)).out)).toEqual([
      {
        integration: 'slack',
        mode: 'inherited',
        source: 'instance',
        active: true,
        values: { webhook: '********', username },
      },
    ]);
  });
});

describe('undo', () => {
  it('says how many projects it changes, and gives a default back what it was', async () => {
    expect((await run('./undo.ts', 'slack', april)).out).toEqual([
      'projects that change: 1',
      'done: InstanceDefaultSet',
    ]);
    await using settings = await openSettings(file);
    expect(settings.effective({ project: 'artemis' }, 'slack').values).toMatchObject({ username: 'bot' });
    expect(settings.effective(apollo, 'slack').values).toMatchObject({ username: 'apollo-bot' });
  });

  it('does nothing where it is so already', async () => {
    expect((await run('./undo.ts', 'slack', april, 'space')).out).toEqual([
      'projects that change: 0',
      'done: it was so already',
    ]);
  });
});
