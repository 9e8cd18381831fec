import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeUtf8 } from './decode-utf8.ts';

const decode = (pieces: readonly Uint8Array[]): Promise<string> => text(decodeUtf8(pieces, 'The input'));

it('gives back any text, however it is cut into pieces', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 5 }), async (written, size) => {
      const bytes = Buffer.from(`\uFEFF${written}`);
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      expect(await decode(pieces)).toBe(written);
    }),
  );
});

it.each([
  { what: 'Latin-1', bytes: Buffer.from('café/api', 'latin1') },
  { what: 'a character that is cut off at the end', bytes: Buffer.from('café').subarray(0, -1) },
  { what: 'UTF-16', bytes: Buffer.from('\uFEFFcafé', 'utf16le') },
])('refuses $what, and quotes nothing of it', async ({ bytes }) => {
  await expect(decode([bytes])).rejects.toThrow(/^The input is not UTF-8\.$/);
});
