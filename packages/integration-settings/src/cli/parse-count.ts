import { usageError } from './command-line-error.ts';

/** Reads how many are wanted: 0 to 1 000. @throws CommandLineError */
export const parseCount = (option: string, text: string): number => {
  const count = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (!(count <= 1_000)) throw usageError(`${option} is not a number from 0 to 1000.`);
  return count;
};
