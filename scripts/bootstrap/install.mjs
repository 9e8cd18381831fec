import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { runProgram } from './run-program.mjs';

/** The one pnpm that installs this workspace. It comes through npm, so that a machine needs nothing else. */
export const packageManager = 'pnpm@12.21.0';

/** @param {string} root */
const stampFile = (root) => join(root, 'node_modules', '.install-stamp');

/**
 * What an install of this workspace depends on, in short.
 *
 * @param {string} root
 */
const fingerprint = (root) => {
  const hash = createHash('sha256').update(`${packageManager} ${process.platform} ${process.arch}`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
};

/**
 * Whether what is installed is what the lockfile asks for.
 *
 * @param {string} root
 */
const isInstalled = (root) => {
  try {
    return readFileSync(stampFile(root), 'utf8') === fingerprint(root);
  } catch {
    return false;
  }
};

/**
 * Installs exactly what the lockfile says. Everything printed goes to the error output, which leaves the output to
 * the task. `CI` keeps pnpm from asking questions.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} environment
 */
const installWithPnpm = (root, environment) =>
  runProgram('npm', ['exec', '--yes', '--', packageManager, 'install', '--frozen-lockfile'], {
    cwd: root,
    env: { ...environment, CI: 'true' },
    stdio: ['ignore', 2, 2],
  });

/**
 * Brings `node_modules` in step with the lockfile; a few milliseconds where it is already. Of several processes one
 * installs and the others wait for it.
 *
 * @param {string} root - the folder of the workspace
 * @param {NodeJS.ProcessEnv} environment
 * @param {typeof installWithPnpm} [install]
 * @throws where the install fails; the next call tries again
 */
export const ensureInstalled = async (root, environment, install = installWithPnpm) => {
  if (isInstalled(root)) return;
  const onWait = (/** @type {string} */ holder) =>
    console.error(`Waiting for process ${holder}, which is installing the dependencies …`);
  await withLock(
    join(root, '.cache', 'install.lock'),
    async () => {
      if (isInstalled(root)) return;
      const expected = fingerprint(root);
      console.error('Installing the dependencies …');
      const code = await install(root, environment);
      if (code !== 0) throw new Error(`The dependencies could not be installed: pnpm ended with exit code ${code}.`);
      writeFileSync(stampFile(root), expected);
    },
    { onWait },
  );
};
