import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineCatalog } from './define-catalog.ts';
import type { ParsedForm } from './parse-form.ts';

const catalog = defineCatalog({
  pager: {
    fields: {
      address: { type: 'string', format: 'url' },
      token: { type: 'string', secret: true },
      silent: { type: 'boolean' },
      level: { type: 'integer' },
      people: { type: 'string[]' },
    },
  },
});

const parse = (...entries: readonly (readonly [string, unknown])[]): ParsedForm => catalog.parseForm('pager', entries);
const nothing: ParsedForm = { values: {}, issues: [] };

describe('parseForm', () => {
  it('reads a whole form, in the order of the definition', () => {
    const form = new FormData();
    form.append('people', 'ann');
    form.append('people', 'bob');
    form.append('level', '-3');
    form.append('active', 'on');
    form.append('silent', 'false');
    form.append('token', 'a-token');
    form.append('address', 'https://pager.example');
    const parsed = catalog.parseForm('pager', form);
    expect(parsed).toEqual({
      active: true,
      values: { address: 'https://pager.example', token: 'a-token', silent: false, level: -3, people: ['ann', 'bob'] },
      issues: [],
    });
    expect(Object.keys(parsed.values)).toEqual(['address', 'token', 'silent', 'level', 'people']);
  });

  it('reads what comes from an address line', () => {
    const parsed = catalog.parseForm('pager', new URLSearchParams('people=ann&level=7&active=0&utm_source=mail'));
    expect(parsed).toEqual({ active: false, values: { level: 7, people: ['ann'] }, issues: [] });
  });

  it('gives nothing for an empty form', () => {
    expect(parse()).toEqual(nothing);
  });

  it('ignores names that are no fields', () => {
    expect(
      parse(['_method', 'put'], ['__proto__', 'x'], ['constructor', 'x'], ['toString', new File([], 'x')]),
    ).toEqual(nothing);
  });

  it.each([
    ['true', true],
    ['1', true],
    ['on', true],
    ['false', false],
    ['0', false],
    ['off', false],
  ])('reads "%s" as %j', (text, value) => {
    expect(parse(['silent', text], ['active', text])).toEqual({ values: { silent: value }, active: value, issues: [] });
  });

  it('lets the last entry of a name win, as of a hidden 0 before a checkbox', () => {
    expect(
      parse(['silent', '0'], ['silent', '1'], ['active', '1'], ['active', '0'], ['level', 'x'], ['level', '2']),
    ).toEqual({
      values: { silent: true, level: 2 },
      active: false,
      issues: [],
    });
  });

  it('leaves out empty entries of a list, as of a hidden one before the choices', () => {
    expect(parse(['people', ''], ['people', 'ann']).values).toEqual({ people: ['ann'] });
    expect(parse(['people', '']).values).toEqual({ people: null });
  });

  it('empties a field that is there and empty', () => {
    expect(parse(['address', ''], ['silent', ''], ['level', '']).values).toEqual({
      address: null,
      silent: null,
      level: null,
    });
  });

  it('takes an empty toggle for one that is not given', () => {
    expect(parse(['active', ''])).toEqual(nothing);
  });

  it.each(['', '********'])('takes the secret "%s" for one that is not given', (text) => {
    expect(parse(['token', text])).toEqual(nothing);
    expect(parse(['token', 'a-token'], ['token', text])).toEqual(nothing);
  });

  it('takes a mask elsewhere for the text that it is', () => {
    expect(parse(['address', '********']).values).toEqual({ address: '********' });
  });

  it('keeps texts as they are', () => {
    expect(parse(['address', ' a\r\nb '], ['people', ' ']).values).toEqual({ address: ' a\r\nb ', people: [' '] });
  });

  it.each(['1.0', '1e3', ' 1', '1 ', '+1', '01', '-0', '0x1', '--1', 'NaN', '9007199254740992', '１'])(
    'refuses the integer "%s"',
    (text) => {
      expect(parse(['level', text])).toEqual({
        values: {},
        issues: [{ field: 'level', message: `is "${text}"; expected a safe integer` }],
      });
    },
  );

  it('names what it cannot read by field, and reads the rest', () => {
    const parsed = parse(
      ['active', 'perhaps'],
      ['people', 'ann'],
      ['people', new File(['x'], 'people.txt')],
      ['level', '9'.repeat(100)],
      ['silent', 'yes'],
      ['token', new File(['x'], 'key.pem')],
      ['address', 'https://pager.example'],
    );
    expect(parsed).toEqual({
      values: { address: 'https://pager.example' },
      issues: [
        { field: 'token', message: 'is an object; expected a text' },
        { field: 'silent', message: 'is "yes"; expected true, 1 or on, or false, 0 or off' },
        { field: 'level', message: `is "${'9'.repeat(80)}…"; expected a safe integer` },
        { field: 'people', message: 'is an object; expected a text' },
        { field: 'active', message: 'is "perhaps"; expected true, 1 or on, or false, 0 or off' },
      ],
    });
  });

  it('freezes what it hands out', () => {
    const { values, issues, ...rest } = parse(['people', 'ann'], ['level', 'x']);
    expect([values, values['people'], issues, issues[0]].every((part) => Object.isFrozen(part))).toBe(true);
    expect(rest).toEqual({});
  });

  it('reads back any values that were written as entries', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme', maxLength: 8 });
    const values = fc.record(
      {
        address: text,
        token: text.filter((token) => token !== '********'),
        silent: fc.boolean(),
        level: fc.maxSafeInteger(),
        people: fc.array(text, { minLength: 1 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(values, (given) => {
        const entries = Object.entries(given).flatMap(([name, value]) =>
          (Array.isArray(value) ? value : [value]).map((item) => [name, String(item)] as const),
        );
        expect(parse(...entries)).toEqual({ values: given, issues: [] });
      }),
    );
  });
});
