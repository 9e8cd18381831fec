import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdIndex, IntegerPages, ObjectPages, TextPages } from './pages.ts';

describe('integer pages', () => {
  it('behave as an array filled with 0, over the borders of pages', () => {
    const index = fc.oneof(fc.nat(5), fc.integer({ min: 65_530, max: 65_545 }), fc.constant(200_000));
    fc.assert(
      fc.property(fc.array(fc.tuple(index, fc.integer({ min: -1_000, max: 1_000 }), fc.boolean())), (writes) => {
        const pages = new IntegerPages();
        const model = new Map<number, number>();
        for (const [at, value, adds] of writes) {
          if (adds) pages.add(at, value);
          else pages.set(at, value);
          model.set(at, adds ? (model.get(at) ?? 0) + value : value);
        }
        for (const at of [0, 3, 65_535, 65_536, 200_000, 1_000_000]) assert.equal(pages.get(at), model.get(at) ?? 0);
        for (const [at, value] of model) assert.equal(pages.get(at), value);
      }),
    );
  });
});

describe('text pages', () => {
  it('give back what was pushed, over the borders of pages', () => {
    const pages = new TextPages();
    for (let index = 0; index < 70_000; index += 1) pages.push(`${index}`);
    expect(pages.length).toBe(70_000);
    expect([0, 65_535, 65_536, 69_999, 70_000].map((index) => pages.get(index))).toEqual([
      '0',
      '65535',
      '65536',
      '69999',
      '',
    ]);
  });
});

describe('object pages', () => {
  it('behave as a map of objects, over the borders of pages, until they are cleared', () => {
    const index = fc.oneof(fc.nat(5), fc.integer({ min: 1_020, max: 1_030 }), fc.constant(50_000));
    fc.assert(
      fc.property(fc.array(index), (writes) => {
        const pages = new ObjectPages<{ readonly at: number }>();
        const model = new Map<number, { readonly at: number }>();
        for (const at of writes) {
          const object = { at };
          pages.set(at, object);
          model.set(at, object);
        }
        for (const at of [0, 5, 1_023, 1_024, 50_000, 60_000]) assert.equal(pages.get(at), model.get(at));
        pages.clear();
        for (const at of model.keys()) assert.equal(pages.get(at), undefined);
      }),
    );
  });
});

describe('the id index', () => {
  it('behaves as a map, whatever the ids, before and after it is split into shards', () => {
    const id = fc.oneof(
      fc.string({ minLength: 1, maxLength: 5, unit: 'binary' }),
      fc.constantFrom('__proto__', 'constructor', 'a', 'aa', 'aaa', '\u{1F600}'),
      fc.nat(200).map(String),
      fc.constantFrom(
        '0',
        '00',
        '01',
        '1.0',
        '+1',
        ' 1',
        '1e3',
        '-1',
        '65600',
        '70000',
        '999999999',
        '1000000000',
        '٣',
      ),
    );
    fc.assert(
      fc.property(fc.uniqueArray(id, { maxLength: 20 }), id, fc.nat(5), (ids, other, firstSize) => {
        const index = new IdIndex(firstSize);
        const model = new Map<string, number>();
        for (const [number, text] of ids.entries()) {
          index.add(text, number);
          model.set(text, number);
        }
        for (const text of [...ids, other]) assert.equal(index.get(text), model.get(text));
      }),
    );
  });
});
