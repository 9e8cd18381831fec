// Run as a program, prints the totals of the last test run as one line.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the test runner leaves its reports, one JSON file for each Node the tests ran on. */
export const reportFolder = fileURLToPath(new URL('../.cache/test-reports', import.meta.url));

/** @typedef {{ readonly passed: number; readonly failed: number; readonly skipped: number }} Totals */

/**
 * Counts the tests of one report. A file that failed without a failed test, as it could not be loaded or its hooks
 * threw, counts as one failure.
 *
 * @param {{ numPassedTests: number; numFailedTests: number; numPendingTests: number; numTodoTests: number;
 *   testResults: readonly { status: string; assertionResults: readonly { status: string }[] }[] }} report
 * @returns {Totals}
 */
export const totalsOf = (report) => {
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
};

/**
 * Adds up all reports of a folder; no folder is no tests.
 *
 * @param {string} folder
 * @returns {Totals}
 */
export const readTotals = (folder) => {
  let totals = { passed: 0, failed: 0, skipped: 0 };
  for (const name of reportsIn(folder)) {
    const { passed, failed, skipped } = totalsOf(JSON.parse(readFileSync(join(folder, name), 'utf8')));
    totals = { passed: totals.passed + passed, failed: totals.failed + failed, skipped: totals.skipped + skipped };
  }
  return totals;
};

/** @param {string} folder @returns {readonly string[]} */
const reportsIn = (folder) => {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
};

/** @param {Totals} totals */
export const describeTotals = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(describeTotals(readTotals(reportFolder)));
