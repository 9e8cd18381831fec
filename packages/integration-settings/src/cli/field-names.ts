import { usageError } from './command-line-error.ts';

const fieldName = /^[a-z][a-z0-9_-]*$/;

/**
 * Takes words for names of fields. Whatever cannot be one is not quoted: `password=…` may be a secret in the wrong place.
 *
 * @throws CommandLineError
 */
export const readFieldNames = (words: readonly string[]): readonly string[] => {
  const wrong = words.findIndex((word) => !fieldName.test(word));
  if (wrong !== -1) throw usageError(`Field ${wrong + 1} is no name of a field.`);
  return words;
};
