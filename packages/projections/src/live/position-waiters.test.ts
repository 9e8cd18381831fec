import { expect, it } from 'vitest';
import { PositionWaiters } from './position-waiters.ts';

it('ends a wait that was late before it began, without a warning of the runtime', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): unknown => warnings.push(warning);
  process.on('warning', note);
  try {
    expect(await new PositionWaiters().wait(1n, -5)).toBe('late');
    await new Promise(setImmediate); // warnings are told in the next turn
    expect(warnings).toEqual([]);
  } finally {
    process.off('warning', note);
  }
});
