import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, hashOf } from './command-hash.ts';

describe('canonicalJson', () => {
  it('writes the example of RFC 8785, section 3.2.3', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    const order = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];
    expect(Object.keys(JSON.parse(canonicalJson(value)) as object).sort()).toEqual(Object.keys(value).sort());
    const at = order.map((key) => canonicalJson(value).indexOf(`${JSON.stringify(key)}:`));
    expect(at).toEqual(at.toSorted((one, other) => one - other));
  });

  it('writes texts as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
        expect(canonicalJson(text)).toBe(JSON.stringify(text));
      }),
      { examples: [['"'], ['\\'], ['\u007f'], ['\n'], ['\ud800'], [' !#[]~']] },
    );
  });

  it('says the same data whatever the order of its keys, and nothing else', () => {
    const data = fc.jsonValue();
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, item]) => [key, reversed(item)]),
      );
    };
    fc.assert(
      fc.property(data, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(reversed(value))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

it('hashes to the first 128 bits of the SHA-256, base64url', () => {
  const digest = createHash('sha256').update('{"data":{"a":1,"b":[true,"x"]},"type":"Do"}').digest();
  expect(hashOf('Do', { b: [true, 'x'], a: 1 })).toBe(digest.subarray(0, 16).toString('base64url'));
});
