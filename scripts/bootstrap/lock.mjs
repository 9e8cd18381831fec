import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** @param {unknown} error @returns {string | undefined} */
const codeOf = (error) => (error instanceof Error && 'code' in error ? String(error.code) : undefined);

/** @param {string} holder - a process id */
const isAlive = (holder) => {
  try {
    process.kill(Number(holder), 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
};

/**
 * Takes the lock if it is free. The file appears together with its content, so that a reader always sees a holder.
 *
 * @param {string} file
 */
const tryToTake = (file) => {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
};

/**
 * Removes a lock whose holder has died, unless another process did so first and holds it anew.
 *
 * @param {string} file
 * @param {string} holder
 */
const discard = (file, holder) => {
  const aside = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, aside);
    if (readFileSync(aside, 'utf8') !== holder) linkSync(aside, file);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(codeOf(error) ?? '')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
};

/** @param {string} file */
const holderOf = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
};

/**
 * Runs `work` while no other process of this machine runs work under the same lock file. A lock left by a process that
 * died is taken over.
 *
 * @template Result
 * @param {string} file - its folder is made when missing
 * @param {() => Promise<Result>} work
 * @param {{ onWait?: (holder: string) => void }} [options] - `onWait` is called once, if somebody else holds the lock
 * @returns {Promise<Result>}
 */
export const withLock = async (file, work, { onWait } = {}) => {
  mkdirSync(dirname(file), { recursive: true });
  let hasWaited = false;
  while (!tryToTake(file)) {
    const holder = holderOf(file);
    if (holder === undefined) continue;
    if (!isAlive(holder)) {
      discard(file, holder);
      continue;
    }
    if (!hasWaited) onWait?.(holder);
    hasWaited = true;
    await pause(100);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
};
