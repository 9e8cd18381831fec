/**
 * The smallest text that comes after all those that begin with a prefix, in the order of SQLite, which is that of code
 * points; `undefined` where there is none: for the empty prefix, and for one that only has the last code point.
 *
 * @param prefix - well-formed Unicode
 */
export const prefixEnd = (prefix: string): string | undefined => {
  const codePoints = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (codePoints.at(-1) === 0x10ffff) codePoints.pop();
  const last = codePoints.pop();
  if (last === undefined) return undefined;
  const next = last === 0xd7ff ? 0xe000 : last + 1; // between them lie the surrogates, which are no characters
  return String.fromCodePoint(...codePoints, next);
};
