import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ephemeralKeyring } from '@integration-settings/adapters/keyring';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import { overrideFields, registerProject, setInstanceDefault } from '@integration-settings/domain';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { openIntegrationSettings } from 'integration-settings';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

let folder = '';
let file = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'integration-settings-scripts-'));
  file = join(folder, 'settings.sqlite');
  const eventStore = await openSqliteEventStore({ file });
  await using settings = await openIntegrationSettings({
    eventStore,
    catalog: gitlabCatalog,
    keyring: ephemeralKeyring(),
  });
  const ada = { actor: { id: 'ada', administers: ['instance'] } } as const;
  await settings.execute(registerProject('apollo', { group: null }), ada);
  await settings.execute(registerProject('artemis', { group: null }), ada);
  await settings.execute(setInstanceDefault('slack', { webhook: 'https://hooks.example/1' }), ada);
  await settings.execute(overrideFields({ project: 'apollo' }, 'slack', {}, { active: false }), ada);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Runs a program in this process, as `node PROGRAM FILE …` would in its own. @returns what it printed */
const run = async (program: string, ...args: readonly string[]): Promise<readonly unknown[]> => {
  const log = vi.spyOn(console, 'log').mockReturnValue(undefined);
  const { argv } = process;
  vi.resetModules();
  process.argv = [process.execPath, program, file, ...args];
  try {
    await import(program);
    return log.mock.calls.map((words) => JSON.parse(words.join(' ')) as unknown);
  } finally {
    process.argv = argv;
    log.mockRestore();
  }
};

const rows = [
  { scope: 'instance', mode: 'custom', source: 'instance' },
  { scope: 'project/artemis', mode: 'inherited', source: 'instance' },
];

it('sql-read-model: prints in which scopes an integration is on, by SQL', async () => {
  expect(await run('./sql-read-model.ts', 'slack')).toEqual(rows);
  expect(await run('./sql-read-model.ts', 'jira')).toEqual([]);
});

it('rebuild-read-model: prints how far it has come, and in what the old one was wrong', async () => {
  await run('./sql-read-model.ts', 'slack');
  const database = new DatabaseSync(`${file}.read-model`);
  database.exec(`UPDATE settings_1 SET active = 0 WHERE scope = 0`);
  database.close();
  expect(await run('./sql-read-model.ts', 'slack')).toEqual([]);
  const progress = { events: 4, total: 4, perSecond: expect.any(Number) as number, checkpoint: '3' };
  const milliseconds = expect.any(Number) as number;
  expect(await run('./rebuild-read-model.ts')).toEqual([
    { progress },
    { events: 4, position: '3', milliseconds, differences: ['slack in instance: instance'] },
  ]);
  expect(await run('./sql-read-model.ts', 'slack')).toEqual(rows);
});
