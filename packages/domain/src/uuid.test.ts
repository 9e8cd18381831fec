import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUuid } from './uuid.ts';

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

describe('isUuid', () => {
  it('is true of UUIDs of every version and variant, in either case', () => {
    fc.assert(
      fc.property(fc.uuid({ version: [1, 2, 3, 4, 5, 6, 7, 8] }), (id) => {
        expect(isUuid(id)).toBe(true);
        expect(isUuid(id.toUpperCase())).toBe(true);
      }),
    );
    expect(isUuid('ffffffff-ffff-ffff-ffff-ffffffffffff')).toBe(true);
  });

  it('is false of one with any other character in any place, or of another length', () => {
    const id = randomUUID();
    fc.assert(
      fc.property(fc.nat(35), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), (at, character) => {
        const changed = id.slice(0, at) + character + id.slice(at + 1);
        expect(isUuid(changed)).toBe(pattern.test(changed));
      }),
    );
    expect(isUuid(id.slice(1))).toBe(false);
    expect(isUuid(`${id}0`)).toBe(false);
    expect(isUuid(`${id}\n`)).toBe(false);
  });

  it('is false of the nil UUID and of what is no text', () => {
    expect(isUuid('00000000-0000-0000-0000-000000000000')).toBe(false);
    for (const value of [undefined, null, 1, {}, [randomUUID()]]) expect(isUuid(value)).toBe(false);
  });
});
