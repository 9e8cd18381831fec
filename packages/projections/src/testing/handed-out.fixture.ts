import assert from 'node:assert/strict';
import { isSecretRef, mask } from '@integration-settings/domain';

/** Asserts of a result that it is frozen at every depth, and that it and each part of it can be written as JSON with nothing secret in it. */
export const assertHandedOut = (value: unknown): void => {
  if (typeof value !== 'object' || value === null) return;
  assert.ok(Object.isFrozen(value), 'is frozen');
  const text = JSON.stringify(value);
  assert.ok(text !== undefined && !text.includes('$secret'));
  assert.ok(!Object.keys(value).includes('toJSON'), 'toJSON is not enumerable');
  if (isSecretRef(value)) assert.equal(text, JSON.stringify(mask));
  for (const part of Object.values(value)) {
    if (typeof part === 'bigint') assert.equal(typeof (value as { toJSON?: unknown }).toJSON, 'function');
    assertHandedOut(part);
  }
};
