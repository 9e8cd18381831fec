import fc from 'fast-check';
import { expect, it } from 'vitest';
import { prefixEnd } from './prefix-end.ts';

const bytesOf = (text: string): Buffer => Buffer.from(text, 'utf8');
const last = '\u{10ffff}';

it.each([
  ['a.', 'a/'],
  ['a\u{d7ff}', 'a\u{e000}'],
  ['🦊', '🦋'],
  [`a${last}${last}`, 'b'],
  [last, undefined],
  ['', undefined],
])('ends the prefix %j at %j', (prefix, end) => {
  expect(prefixEnd(prefix)).toBe(end);
});

it('parts the texts that begin with the prefix from all that come after them', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\u{7f}', '\u{d7ff}', '\u{e000}', '🦊', last) });
  fc.assert(
    fc.property(text, text, fc.boolean(), (prefix, rest, begins) => {
      const name = begins ? prefix + rest : rest;
      const end = prefixEnd(prefix);
      const isInRange =
        bytesOf(name).compare(bytesOf(prefix)) >= 0 && (end === undefined || bytesOf(name).compare(bytesOf(end)) < 0);
      expect(isInRange).toBe(name.startsWith(prefix));
    }),
  );
});
