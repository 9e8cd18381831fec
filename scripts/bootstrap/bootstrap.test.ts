import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cleanEnvironment } from './environment.mjs';
import { ensureInstalled } from './install.mjs';
import { withLock } from './lock.mjs';
import { runProgram } from './run-program.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bootstrap-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

it('passes on where packages come from, and nothing of the command that npm was called with', () => {
  const lasting = {
    PATH: '/bin',
    npm_config_cache: 'cache',
    npm_config_cafile: 'cafile',
    npm_config_userconfig: 'file',
    'npm_config_//host/:_authToken': 'token',
  };
  const passing = {
    npm_config_call: 'x',
    npm_config_package: 'x',
    npm_config_prefix: 'x',
    npm_lifecycle_event: 'test',
  };
  expect(cleanEnvironment({ ...lasting, ...passing })).toEqual(lasting);
});

describe('a lock', () => {
  it('lets one after the other work', async () => {
    const file = join(folder, 'deep', 'lock');
    const log: string[] = [];
    const work = (name: string) => async () => {
      log.push(`${name} begins`);
      await new Promise(setImmediate);
      log.push(`${name} ends`);
    };
    await Promise.all([withLock(file, work('a')), withLock(file, work('b'))]);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('waits for the process that holds it, and names that process', async () => {
    const file = join(folder, 'lock');
    const holder = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
    const waited = vi.fn((_holder: string) => void holder.stdin.end());
    writeFileSync(file, String(holder.pid));
    expect(await withLock(file, async () => 'done', { onWait: waited })).toBe('done');
    expect(waited).toHaveBeenCalledExactlyOnceWith(String(holder.pid));
  });

  it('is taken over from a process that died', async () => {
    const file = join(folder, 'lock');
    const holder = spawn(process.execPath, ['-e', '']);
    await once(holder, 'close');
    writeFileSync(file, String(holder.pid));
    const waited = vi.fn();
    expect(await withLock(file, async () => 'done', { onWait: waited })).toBe('done');
    expect(waited).not.toHaveBeenCalled();
  });

  it('is given back when the work fails', async () => {
    const file = join(folder, 'lock');
    await expect(withLock(file, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(existsSync(file)).toBe(false);
  });
});

describe('the install', () => {
  const install = vi.fn(async (root: string) => {
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    return 0;
  });
  beforeEach(() => {
    install.mockClear();
    vi.spyOn(console, 'error').mockReturnValue();
    writeFileSync(join(folder, 'pnpm-lock.yaml'), 'a: 1');
    writeFileSync(join(folder, 'pnpm-workspace.yaml'), '');
  });

  it('happens once, however many ask', async () => {
    await Promise.all([ensureInstalled(folder, {}, install), ensureInstalled(folder, {}, install)]);
    await ensureInstalled(folder, {}, install);
    expect(install).toHaveBeenCalledOnce();
  });

  it.each(['pnpm-lock.yaml', 'pnpm-workspace.yaml'])('happens again when %s has changed', async (file) => {
    await ensureInstalled(folder, {}, install);
    writeFileSync(join(folder, file), 'b: 2');
    await ensureInstalled(folder, {}, install);
    expect(install).toHaveBeenCalledTimes(2);
  });

  it('says how it failed, and is tried again', async () => {
    const failing = vi.fn(async () => 7);
    await expect(ensureInstalled(folder, {}, failing)).rejects.toThrow('exit code 7');
    await ensureInstalled(folder, {}, install);
    expect(install).toHaveBeenCalledOnce();
  });
});

describe('a program', () => {
  it('hands on its exit code', async () => {
    expect(await runProgram(process.execPath, ['-e', 'process.exit(3)'])).toBe(3);
  });

  it('is told of the signals that this process gets, and its end by one is counted as shells do', async () => {
    const script = `
      import { runProgram } from ${JSON.stringify(new URL('./run-program.mjs', import.meta.url).href)};
      const child = "process.stdin.resume(); console.log('ready')";
      process.exitCode = await runProgram(process.execPath, ['-e', child]);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script]);
    parent.stdout.once('data', () => parent.kill('SIGTERM'));
    const [code] = await once(parent, 'close');
    expect(code).toBe(128 + constants.signals.SIGTERM);
  });

  it('that is not there is an error', async () => {
    await expect(runProgram(join(folder, 'missing'), [])).rejects.toThrow('ENOENT');
  });
});
