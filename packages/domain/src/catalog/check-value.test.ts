import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeBadValue, isAccepted, maxValueBytes, utf8Length } from './check-value.ts';
import type { FieldDefinition } from './definition.ts';

const text = { type: 'string' } satisfies FieldDefinition;
const url = { type: 'string', format: 'url' } satisfies FieldDefinition;
const email = { type: 'string', format: 'email' } satisfies FieldDefinition;
const list = { type: 'string[]' } satisfies FieldDefinition;

describe('a value', () => {
  it.each<[FieldDefinition, unknown]>([
    [text, 'x\n\u0000\t'],
    [text, '😀'],
    [url, 'https://a.example/path?q=1#f'],
    [url, 'HTTP://localhost:8080'],
    [url, 'http://[::1]/'],
    [url, 'https://user:pass@host'],
    [email, 'a@b'],
    [email, 'ä+tag@sub.example.org'],
    [{ type: 'integer' }, Number.MIN_SAFE_INTEGER],
    [{ type: 'integer' }, 0],
    [{ type: 'integer', allowedValues: [1, 2] }, 2],
    [{ type: 'boolean' }, false],
    [list, ['a', 'a']],
    [{ type: 'string[]', allowedValues: ['a', 'b'] }, ['b', 'a']],
    [{ type: 'string[]', format: 'email' }, ['a@b']],
  ])('of %o may be %j', (field, value) => expect(describeBadValue(field, value)).toBeUndefined());

  it.each<[FieldDefinition, unknown, string]>([
    [text, 7, 'is 7; expected a string'],
    [text, new Date(0), 'is a Date'],
    [text, { a: 1 }, 'is an object'],
    [text, ['a'], 'is a list'],
    [text, Symbol('s'), 'is a symbol'],
    [text, 'a\ud800', 'lone surrogate'],
    [url, 'ftp://a.example', 'expected an http or https URL'],
    [url, 'a.example', 'expected an http or https URL'],
    [url, 'https://', 'expected an http or https URL'],
    [url, ' https://a.example', 'expected an http or https URL'],
    [url, 'https://a.example/\n', 'expected an http or https URL'],
    [url, 'javascript://a.example/%0aalert(1)', 'expected an http or https URL'],
    [url, 'https:///a.example', 'expected an http or https URL'],
    [email, 'a', 'expected an e-mail address'],
    [email, 'a@b@c', 'expected an e-mail address'],
    [email, 'a@b..c', 'expected an e-mail address'],
    [email, 'a b@c', 'expected an e-mail address'],
    [{ type: 'integer' }, '7', 'is a string; expected a safe integer'],
    [{ type: 'integer' }, 1.5, 'is 1.5'],
    [{ type: 'integer' }, -0, 'is -0'],
    [{ type: 'integer' }, Number.NaN, 'is NaN'],
    [{ type: 'integer' }, Number.POSITIVE_INFINITY, 'is Infinity'],
    [{ type: 'integer' }, 2 ** 53, 'is 9007199254740992'],
    [{ type: 'integer', allowedValues: [1, 2] }, 3, 'expected one of 1, 2'],
    [{ type: 'boolean' }, 'true', 'is a string; expected true or false'],
    [{ type: 'boolean' }, 1, 'is 1'],
    [list, 'a', 'is a string; expected a list of strings'],
    [list, ['a', 7], 'has an item that is 7'],
    [list, ['a', ''], 'has an empty item'],
    [list, Array.from({ length: 1 }), 'has an item that is undefined'],
    [{ type: 'string[]', allowedValues: ['a'] }, ['a', 'b'], 'has an item that is "b"; expected one of "a"'],
  ])('of %o is refused by name: %o', (field, value, fault) => expect(describeBadValue(field, value)).toContain(fault));

  it('has at most 64 KiB of UTF-8, a list as a whole', () => {
    const half = '€'.repeat(maxValueBytes / 6);
    expect(describeBadValue(text, 'x'.repeat(maxValueBytes))).toBeUndefined();
    expect(describeBadValue(text, 'x'.repeat(maxValueBytes + 1))).toBe('has 65537 bytes; expected at most 65536');
    expect(describeBadValue(text, `${half}${half}`)).toBeUndefined();
    expect(describeBadValue(text, `${half}${half}€€`)).toContain('bytes; expected at most 65536');
    expect(describeBadValue(list, [half, half])).toBeUndefined();
    expect(describeBadValue(list, [half, half, 'xxxxx'])).toContain('bytes; expected at most 65536');
  });

  it('is not shown where the field is secret, whatever the fault', () => {
    const fault = fc.oneof(
      fc.string({ minLength: 4, maxLength: 300 }).map((value) => `hunter2 ${value}`),
      fc.integer({ min: 1_000 }),
    );
    const field = fc.constantFrom<FieldDefinition>(
      { type: 'string', secret: true, format: 'url' },
      { type: 'string', secret: true, format: 'email' },
      { type: 'string', secret: true, allowedValues: ['a'] },
    );
    fc.assert(
      fc.property(field, fault, (field, value) => {
        const found = describeBadValue(field, value) ?? '';
        expect(found).not.toBe('');
        expect(found).not.toContain(String(value).slice(0, 7));
      }),
    );
  });

  it('that is long is shown shortened', () => {
    const found = describeBadValue(url, 'x'.repeat(60_000)) ?? '';
    expect(found.length).toBeLessThan(200);
    expect(found).toContain('…');
  });

  it('is accepted from the log where it is one that may be given', () => {
    expect(isAccepted(url, 'https://a.example')).toBe(true);
    expect(isAccepted(url, 'nowhere')).toBe(false);
  });
});

describe('the length of a text in UTF-8', () => {
  it('is what an encoder makes of it', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
      }),
    ));
});
