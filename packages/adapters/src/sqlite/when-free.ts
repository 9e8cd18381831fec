import { setTimeout as pause } from 'node:timers/promises';
import { isBusy } from './map-error.ts';

/** Longest pause between two tries, in milliseconds. */
const longestPause = 16;

/**
 * Runs something that SQLite may refuse because another process holds the lock, and again after a pause until it is free;
 * meanwhile this process goes on. The pauses are random, so that writers who met do not meet again.
 *
 * @param whileLocked - called before each further try
 * @throws what the last try threw, once `milliseconds` have passed
 */
export const whenFree = async <T>(action: () => T, milliseconds: number, whileLocked?: () => void): Promise<T> => {
  const until = performance.now() + milliseconds;
  for (let longest = 1; ; longest = Math.min(longest * 2, longestPause)) {
    try {
      return action();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= until) throw error;
    }
    await pause(Math.random() * longest);
    whileLocked?.();
  }
};
