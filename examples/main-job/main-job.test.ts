import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openEventStoreDb } from '@integration-settings/adapters/eventstoredb';
import { startEventStoreDbServer } from '@integration-settings/adapters/testing/eventstoredb-server';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { openIntegrationSettings } from 'integration-settings';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobReport } from './main-job.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = fileURLToPath(new URL('main.ts', import.meta.url));
const teams = { backend: 20, frontend: 12, 'data/pipelines': 9, 'data/models': 4 };
const projects = Object.entries(teams).flatMap(([team, size]) =>
  Array.from({ length: size }, (_, index) => `${team}/project-${index}`),
);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'main-job-test-'));
  writeFileSync(join(folder, 'tree.tsv'), `# path\tteam\n${projects.map((path) => `${path}\tx`).join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs what `npm start` runs, as a stranger would. */
const start = async (...args: readonly string[]): Promise<{ code: number; out: string; err: string }> => {
  const words = [join(root, 'scripts', 'run.mjs'), 'start', '--tree', join(folder, 'tree.tsv'), ...args];
  const env = { ...process.env, INIT_CWD: folder };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, words, { env, timeout: 120_000 });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
};

describe('npm start -- --json', () => {
  let report: JobReport;
  let err: string;
  beforeAll(async () => {
    const outcome = await start('--json');
    expect(outcome.code, outcome.err).toBe(0);
    ({ err } = outcome);
    report = JSON.parse(outcome.out) as JobReport;
  }, 150_000);

  it('prints one document about the tree and the catalog, and nothing else', () => {
    expect(err).toBe('');
    expect(report).toMatchObject({ projects: 45, groups: 5, integrations: 55 });
    expect(Object.keys(report)).toEqual(['projects', 'groups', 'integrations', 'steps', 'database']);
  });

  it('walks through every procedure', () => {
    expect(report.steps.map(({ command }) => command)).toEqual([
      'SetInstanceDefault',
      'SetInstanceDefault',
      'SwitchToCustom',
      'SetInstanceDefault',
      'SwitchToInherited',
      'SwitchToInherited',
      'SetGroupDefault',
      'OverrideFields',
      'SetGroupDefault',
      'TransferProject',
      'LockDefault',
      'UnlockDefault',
    ]);
    for (const step of report.steps) {
      expect(Object.keys(step)).toEqual(['name', 'command', 'affected', 'unaffected', 'milliseconds']);
      expect(step.milliseconds).toBeGreaterThan(0);
    }
  });

  it('counts who was reached and who kept what they had', () => {
    const [first, , customs, changed, returned, off, group, override] = report.steps;
    expect(first).toMatchObject({ affected: 45, unaffected: 0 });
    expect(changed).toMatchObject({ affected: 45 - customs!.affected, unaffected: customs!.affected });
    expect(returned!.affected).toBe(Math.ceil(customs!.affected / 2));
    expect([off, override]).toMatchObject([{ affected: 1 }, { affected: 1 }]);
    expect(group!.affected + group!.unaffected).toBe(teams.backend);
    expect(group!.unaffected).toBeGreaterThan(0);
  });

  it('says what the history takes, and leaves nothing behind', () => {
    const { file, events, bytes } = report.database;
    expect(events).toBeGreaterThan(projects.length);
    expect(bytes).toBeGreaterThan(0);
    expect(existsSync(dirname(file!))).toBe(false);
  });
});

describe('npm start', () => {
  it('tells people what was done, for how many, and shows a project before and after', async () => {
    const { code, out } = await start('--file', 'kept.sqlite');
    expect(code).toBe(0);
    expect(out).toContain('45 projects in 5 groups');
    expect(out).toContain('45 projects changed, 0 kept what they had, in ');
    expect(out).toMatch(/before {2}unconfigured\n\s+after {3}inherited from instance · on · url: https:/);
    expect(out).toContain(`INTEGRATION_SETTINGS_STORE='sqlite:${join(folder, 'kept.sqlite')}'`);
    expect(readFileSync(join(folder, 'kept.sqlite')).subarray(0, 6).toString()).toBe('SQLite');
    expect(await start('--file', 'kept.sqlite')).toMatchObject({ code: 1, out: '' });
  }, 150_000);

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['a reader that has seen enough', 0],
  ] as const)(
    'leaves nothing behind when it is stopped by %s',
    async (how, code) => {
      const temporary = mkdtempSync(join(folder, 'temporary-'));
      const child = spawn(process.execPath, [main], {
        env: { ...process.env, TMPDIR: temporary, TEMP: temporary },
        stdio: ['ignore', 'pipe', 'inherit'],
        timeout: 60_000,
      });
      await once(child.stdout, 'data');
      expect(readdirSync(temporary)).toHaveLength(1);
      if (how.startsWith('SIG')) child.kill(how as NodeJS.Signals);
      else child.stdout.destroy();
      expect(await once(child, 'exit')).toEqual([code, null]);
      expect(readdirSync(temporary)).toEqual([]);
    },
    150_000,
  );

  it('leaves its events on a server in a namespace of their own', async () => {
    const server = await startEventStoreDbServer();
    try {
      const { code, out, err } = await start('--store', server.connectionString);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain('45 projects changed, 0 kept what they had, in ');
      const namespace = /INTEGRATION_SETTINGS_NAMESPACE=(\w+)/.exec(out)?.[1] ?? 'none';
      const settings = await openIntegrationSettings({
        eventStore: await openEventStoreDb({ connectionString: server.connectionString }),
        catalog: gitlabCatalog,
        namespace,
      });
      expect(settings.counts('jira').total).toBe(45);
      await settings.close();
    } finally {
      await server.close();
    }
  }, 150_000);

  it('explains its options, and refuses others', async () => {
    expect(await start('--help')).toMatchObject({ code: 0, out: expect.stringContaining('--keep') as string });
    expect(await start('--colour')).toMatchObject({ code: 2, out: '' });
    const misspelt = await start('--store', 'esbd://admin:hunter2@host');
    expect(misspelt).toMatchObject({ code: 1, out: '', err: expect.not.stringContaining('hunter2') as string });
  }, 150_000);
});
