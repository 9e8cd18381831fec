import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeTotals, readTotals, totalsOf } from './test-totals.mjs';

const report = (passed: number, failed: number, skipped = 0) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: skipped,
  numTodoTests: 0,
  testResults: [] as { status: string; assertionResults: { status: string }[] }[],
});

it('adds up the reports of all runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reports-'));
  writeFileSync(join(folder, 'node24.json'), JSON.stringify(report(2, 1)));
  writeFileSync(join(folder, 'node26.json'), JSON.stringify(report(30, 0, 4)));
  expect(describeTotals(readTotals(folder))).toBe('32 passed, 1 failed, 4 skipped');
  rmSync(folder, { recursive: true });
});

it('counts a file that could not be loaded as a failure, and one with a failed test not once more', () => {
  const testResults = [
    { status: 'failed', assertionResults: [] },
    { status: 'failed', assertionResults: [{ status: 'failed' }] },
    { status: 'passed', assertionResults: [{ status: 'passed' }] },
  ];
  expect(describeTotals(totalsOf({ ...report(1, 1), testResults }))).toBe('1 passed, 2 failed');
});

it('counts nothing where no test ran', () => {
  expect(describeTotals(readTotals(join(tmpdir(), 'no-reports-here')))).toBe('0 passed, 0 failed');
});
