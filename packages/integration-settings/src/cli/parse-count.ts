import { usageError } from './command-line-error.ts';

/** Reads how many are wanted. @throws CommandLineError for what is no number, or out of bounds */
export const parseCount = (option: string, text: string, atLeast = 0, atMost = Number.MAX_SAFE_INTEGER): number => {
  const count = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (count >= atLeast && count <= atMost) return count;
  throw usageError(
    `${option} is not a number${atMost < Number.MAX_SAFE_INTEGER ? ` from ${atLeast} to ${atMost}` : ''}.`,
  );
};

/** Reads how long a page may be: as long as reads allow. @throws CommandLineError */
export const parseLimit = (text: string): number => parseCount('--limit', text, 1, 1_000);
