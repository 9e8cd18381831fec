/** Controls (C0, DEL, C1), line and paragraph separators, and what turns the direction of writing. */
const unseen = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A text as a terminal may be given it: what would steer the terminal, begin a line or hide the order of characters is
 * written as in JSON, `\n` or `\u001b`. Twice is the same as once.
 */
export const visible = (text: string): string => text.replace(unseen, escaped);

const short: Readonly<Record<string, string>> = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r' };

const escaped = (character: string): string =>
  short[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
