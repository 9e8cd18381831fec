import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cleanEnvironment } from '../bootstrap/environment.mjs';
import { packageManager } from '../bootstrap/install.mjs';
import { nodeProgram } from '../bootstrap/runtime.mjs';
import { buildPackages } from '../build.ts';
import { root, type NodeMajor } from '../workspace.ts';

const runFile = promisify(execFile);

/** How a program ended: all it printed, on both outputs, and its exit code. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Runs a program to its end and keeps what it prints. */
export const capture = async (program: string, args: readonly string[], cwd: string): Promise<Outcome> => {
  try {
    const { stdout, stderr } = await runFile(program, args, { cwd, env: cleanEnvironment(process.env) });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: unknown; stdout: string; stderr: string };
    if (typeof code !== 'number') throw error;
    return { code, output: stdout + stderr };
  }
};

const succeed = async (program: string, args: readonly string[], cwd: string): Promise<void> => {
  const { code, output } = await capture(program, args, cwd);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with exit code ${code}:\n${output}`);
};

/** Somebody else's project, outside the workspace, that has installed our packages from their tarballs. */
export interface Consumer {
  /** Its folder. */
  readonly folder: string;
  /** The folder of the tarballs, as they would be published. */
  readonly tarballs: string;
  write(file: string, text: string): void;
  run(file: string, node: NodeMajor): Promise<Outcome>;
  /** Deletes the project and the tarballs. */
  remove(): void;
}

/**
 * Packs every package as it is published, and installs the tarballs with npm into an empty project. What they depend
 * on comes from npm's cache where it has it.
 */
export const createConsumer = async (): Promise<Consumer> => {
  if ((await buildPackages()) !== 0) throw new Error('The packages cannot be built.');
  const base = mkdtempSync(join(tmpdir(), 'integration-settings-packages-'));
  const folder = mkdtempSync(join(base, 'consumer-'));
  const tarballs = join(base, 'packed');
  const pack = ['-r', '--filter', './packages/*', 'pack', '--pack-destination', tarballs];
  await succeed('npm', ['exec', '--yes', '--', packageManager, ...pack], root);

  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  write('package.json', JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  const quietly = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  await succeed('npm', ['install', ...quietly, ...readdirSync(tarballs).map((file) => join(tarballs, file))], folder);

  return {
    folder,
    tarballs,
    write,
    run: (file, node) => capture(nodeProgram(root, node), [file], folder),
    remove: () => rmSync(base, { recursive: true }),
  };
};
