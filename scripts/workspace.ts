import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from './bootstrap/run-program.mjs';
import { nodeProgram } from './bootstrap/runtime.mjs';

/** The folder of the workspace. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** The command-line tools of the workspace, each as the script that its package runs. */
const tools = {
  knip: 'node_modules/knip/bin/knip.js',
  oxfmt: 'node_modules/oxfmt/bin/oxfmt',
  oxlint: 'node_modules/oxlint/bin/oxlint',
  tsc: 'node_modules/typescript/bin/tsc',
  vitest: 'node_modules/vitest/vitest.mjs',
};

/** A major version of Node that the workspace brings along. */
export type NodeMajor = 24 | 26;

/** Runs a script of the workspace to its end on this process's input and output. @returns its exit code */
export const runScript = (file: string, args: readonly string[], node: NodeMajor = 26): Promise<number> =>
  runProgram(nodeProgram(root, node), [join(root, file), ...args], { cwd: root });

/** Runs one of the workspace's tools to its end, in the folder of the workspace. @returns its exit code */
export const runTool = (tool: keyof typeof tools, args: readonly string[], node: NodeMajor = 26): Promise<number> =>
  runScript(tools[tool], args, node);

/**
 * Runs a program of the workspace where the user stands, so that file names mean what they say.
 *
 * @returns its exit code
 */
export const runHere = (file: string, args: readonly string[]): Promise<number> =>
  runProgram(nodeProgram(root, 26), [join(root, file), ...args], { cwd: process.env['INIT_CWD'] ?? process.cwd() });
