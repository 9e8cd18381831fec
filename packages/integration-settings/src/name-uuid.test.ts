import { idNamespace } from '@integration-settings/projections';
import fc from 'fast-check';
import { v5 } from 'uuid';
import { expect, it } from 'vitest';
import { nameUuid } from './name-uuid.ts';

it('equals version 5 of the uuid package for every text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), (name) => {
      expect(nameUuid(name)).toBe(v5(name, idNamespace));
    }),
  );
});
