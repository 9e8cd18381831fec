import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keyringFromFile } from '@integration-settings/adapters/keyring';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { openIntegrationSettings } from 'integration-settings';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPackages } from '../../scripts/build.ts';
import { Checksum } from './checksum.ts';
import { history, sizes } from './history.ts';

const program = fileURLToPath(new URL('main.ts', import.meta.url));

let folder: string;
beforeAll(async () => {
  expect(await buildPackages()).toBe(0);
  folder = mkdtempSync(join(tmpdir(), 'history-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: readonly string[]) =>
  new Promise<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }>((resolve) => {
    execFile(process.execPath, [program, ...args], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
  });

const checksumOf = (scale: number): string => {
  const checksum = new Checksum();
  for (const timed of checksum.through(history({ size: sizes.S, scale }))) void timed;
  return checksum.digest();
};

describe('npm run history', () => {
  it('writes a store that can be opened, keys and all, and says what it wrote', async () => {
    const file = join(folder, 'small.db');
    const { code, stdout, stderr } = await run('--to', file, '--scale', '0.02', '--json');
    expect([code, stderr]).toEqual([0, '']);
    const written = JSON.parse(stdout) as { readonly events: number };
    expect(written).toMatchObject({ file, checksum: checksumOf(0.02) });
    const keyring = await keyringFromFile(`${file}.key`);
    const eventStore = await openSqliteEventStore({ file });
    await using settings = await openIntegrationSettings({ eventStore, keyring, catalog: gitlabCatalog });
    expect(settings.position).toBe(BigInt(written.events - 1));
    expect(settings.effective('instance', 'emails-on-push').mode).toBe('custom');
  });

  it('prints figures for people', async () => {
    const { code, stdout } = await run('--to', join(folder, 'people.db'), '--scale', '0.005', '--without-keys');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^[\d,]+ commands, [\d,]+ events in [\d.]+ s \([\d,]+\/s\)\n.*people\.db: \d+ MiB\nchecksum [\da-f]{64}\n$/,
    );
    expect(readdirSync(folder).filter((name) => name.startsWith('people'))).toEqual(['people.db']);
  });

  it('overwrites nothing, and refuses by name what it does not understand', async () => {
    const taken = join(folder, 'taken.db');
    writeFileSync(taken, '');
    for (const [args, message] of [
      [['--to', taken], 'is there already'],
      [[], '--to is missing'],
      [['--to', join(folder, 'x.db'), '--size', 'XL'], '--size is "XL"'],
      [['--to', join(folder, 'x.db'), '--own-share', '2'], '--own-share is "2"'],
      [['--to', join(folder, 'x.db'), '--scale', '0'], '--scale is 0'],
      [['--too', join(folder, 'x.db')], '--too'],
    ] as const) {
      const { code, stderr } = await run(...args);
      expect(code).toBe(2);
      expect(stderr).toContain(message);
      expect(stderr).toContain('Usage: npm run history');
    }
    expect(existsSync(join(folder, 'x.db'))).toBe(false);
  });

  it('removes what it wrote where it is interrupted', async () => {
    const file = join(folder, 'interrupted.db');
    const child = execFile(process.execPath, [program, '--to', file, '--without-keys']);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    while (!existsSync(file) && child.exitCode === null) await new Promise(setImmediate);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(readdirSync(folder).filter((name) => name.startsWith('interrupted'))).toEqual([]);
  });
});
