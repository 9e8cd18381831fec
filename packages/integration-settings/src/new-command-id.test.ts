import { validate, version } from 'uuid';
import { expect, it } from 'vitest';
import { newCommandId } from './new-command-id.ts';

it('never gives an id twice, over many draws of random bytes', () => {
  const ids = Array.from({ length: 10_000 }, newCommandId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => validate(id) && version(id) === 7)).toBe(true);
});

it('begins with the time', () => {
  const before = Date.now();
  const time = Number.parseInt(newCommandId().replace('-', '').slice(0, 12), 16);
  expect(time).toBeGreaterThanOrEqual(before);
  expect(time).toBeLessThanOrEqual(Date.now());
});
