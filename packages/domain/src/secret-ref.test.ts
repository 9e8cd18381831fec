import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isSecretRef, mask, SecretMark } from './secret-ref.ts';

const identity = { id: 'the-id', origin: { project: 'apollo' }, era: 3 } as const;
const secret = new SecretMark(identity);

describe('a secret in a read', () => {
  it('shows the mask and nothing else, however it is printed', () => {
    for (const text of [
      String(secret),
      secret.toString(),
      JSON.parse(JSON.stringify(secret)) as string,
      (JSON.parse(JSON.stringify({ values: [secret] })) as { values: [string] }).values[0],
      inspect(secret),
      inspect(secret, { depth: null, showHidden: true }),
    ]) {
      expect(text).toBe(mask);
    }
    expect(inspect({ token: secret })).toBe(`{ token: ${mask} }`);
  });

  it('has an id and an origin, by which it can be told from others', () => {
    expect(Object.entries(secret)).toEqual([
      ['id', 'the-id'],
      ['origin', { project: 'apollo' }],
    ]);
    expect(secret.era).toBe(3);
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(secret)).toBe(true);
    expect(Object.isFrozen(secret.origin)).toBe(true);
  });
});

describe('a reference', () => {
  it('is known also when another copy of the package made it', () => {
    expect(isSecretRef(secret)).toBe(true);
    expect(isSecretRef({ id: 'x', origin: 'instance', toJSON: () => mask, toString: () => mask })).toBe(true);
  });

  it.each([
    null,
    mask,
    [],
    {},
    { id: 'x', origin: 'instance' },
    { id: 'x', origin: 'instance', toJSON: mask },
    { id: 'x', origin: 'instance', toJSON: () => 'x' },
    { id: 7, origin: 'instance', toJSON: () => mask },
  ])('is not %o', (value) => expect(isSecretRef(value)).toBe(false));
});
