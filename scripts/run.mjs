// Runs a task of the workspace: `node scripts/run.mjs TASK [ARGUMENT…]`.
// Needs nothing but Node 20 and npm: installs what the lockfile says, then runs scripts/tasks/TASK.ts on the Node that
// came with it.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from './bootstrap/environment.mjs';
import { ensureInstalled } from './bootstrap/install.mjs';
import { runProgram } from './bootstrap/run-program.mjs';
import { nodeProgram } from './bootstrap/runtime.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const tasks = join(root, 'scripts', 'tasks');
const [task = '', ...args] = process.argv.slice(2);
const file = join(tasks, `${task.replaceAll(':', '-')}.ts`);

if (!/^[a-z0-9:]+$/.test(task) || !existsSync(file)) {
  const names = readdirSync(tasks).map((name) => name.replace(/\.ts$/, '').replaceAll('-', ':'));
  console.error(`Usage: node scripts/run.mjs TASK [ARGUMENT…]\nTasks: ${names.join(', ')}`);
  process.exit(2);
}

try {
  const environment = cleanEnvironment(process.env);
  await ensureInstalled(root, environment);
  process.exitCode = await runProgram(nodeProgram(root, 26), [file, ...args], { env: environment });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
