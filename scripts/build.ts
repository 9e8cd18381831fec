import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './bootstrap/lock.mjs';
import { packages } from './packages.ts';
import { root, runTool } from './workspace.ts';

/** Makes the files that packages offer as commands executable, as a package manager would on installing them. */
const markCommands = (): void => {
  for (const { path, manifest } of packages()) {
    for (const file of Object.values(manifest.bin ?? {})) {
      const command = join(path, file);
      if (existsSync(command)) chmodSync(command, 0o755);
    }
  }
};

const compile = (projects: readonly string[]): Promise<number> =>
  withLock(join(root, '.cache', 'build.lock'), async () => {
    const code = await runTool('tsc', ['-b', ...projects]);
    markCommands();
    return code;
  });

/** Compiles what changed of the packages, the tests, the examples and the scripts. @returns the exit code of tsc */
export const buildAll = (): Promise<number> => compile([]);

/** Compiles what changed of the packages alone: what a program needs to run. @returns the exit code of tsc */
export const buildPackages = (): Promise<number> => compile(packages().map(({ path }) => path));
