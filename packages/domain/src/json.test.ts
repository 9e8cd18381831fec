import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frozenResult, jsonReplacer, toPlain } from './json.ts';
import { secretMarkOf } from './testing/index.ts';

const secret = secretMarkOf('t', { group: 'a' });

describe('a result', () => {
  const result = frozenResult({
    position: 9_007_199_254_740_993n,
    nested: [{ revision: 0n, values: { token: secret, labels: ['a'] } }, null],
    at: new Date(0),
    missing: undefined,
    count: () => 1,
  });

  it('is written with bigints as decimal strings and secrets as the mask, at every depth', () =>
    expect(JSON.parse(JSON.stringify(result))).toEqual({
      position: '9007199254740993',
      nested: [{ revision: '0', values: { token: '********', labels: ['a'] } }, null],
      at: '1970-01-01T00:00:00.000Z',
    }));

  it('is written the same inside of something else, and with results inside of it', () => {
    const outer = frozenResult({ inner: result, list: [frozenResult({ position: 1n })] });
    expect(JSON.parse(JSON.stringify({ outer }))).toEqual({
      outer: { inner: JSON.parse(JSON.stringify(result)) as unknown, list: [{ position: '1' }] },
    });
  });

  it('is frozen, and its toJSON does not show', () => {
    expect(Object.isFrozen(result)).toBe(true);
    expect(Object.keys(result)).not.toContain('toJSON');
    expect({ ...result }).not.toHaveProperty('toJSON');
  });

  it('spread together is written by the replacer', () =>
    expect(JSON.stringify({ ...result, more: 1n }, jsonReplacer)).toBe(
      JSON.stringify({ ...(toPlain(result) as object), more: '1' }),
    ));
});

describe('a plain copy', () => {
  it('of what JSON can write is what JSON writes', () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(toPlain(value)).toEqual(value);
      }),
    ));

  it('keeps keys that every object answers to', () => {
    const value: unknown = JSON.parse('{"__proto__":{"a":1},"constructor":2}');
    expect(JSON.stringify(toPlain(value))).toBe('{"__proto__":{"a":1},"constructor":2}');
  });
});
