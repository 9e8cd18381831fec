// Runs every check, then every test. The quick checks all run and report, whatever the others say; the tests start
// only if they pass, or with `--keep-going`.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from '../build.ts';
import { libraryTests } from '../test-suites.ts';
import { describeTotals, readTotals, reportFolder } from '../test-totals.mjs';
import { runScript, runTool, type NodeMajor } from '../workspace.ts';

interface Step {
  readonly name: string;
  readonly run: () => Promise<number>;
}

const testsOn = (node: NodeMajor, chosen: readonly string[] = []): Step => ({
  name: `tests on Node ${node}`,
  run: () => {
    const report = join(reportFolder, `node${node}.json`);
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    return runTool('vitest', ['run', ...chosen, ...reporters], node);
  },
});

const checks: readonly Step[] = [
  { name: 'build', run: buildAll },
  { name: 'lint', run: () => runTool('oxlint', []) },
  { name: 'format', run: () => runTool('oxfmt', ['--check']) },
  { name: 'imports', run: () => runScript('scripts/check-imports.ts', []) },
  { name: 'unused', run: () => runTool('knip', ['--no-progress', '--no-config-hints']) },
];
const tests: readonly Step[] = [testsOn(26), testsOn(24, libraryTests)];

const runAll = async (steps: readonly Step[]): Promise<readonly string[]> => {
  const lines: string[] = [];
  for (const { name, run } of steps) {
    console.log(`\n── ${name}`);
    const start = performance.now();
    const passes = (await run()) === 0;
    if (!passes) process.exitCode = 1;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    lines.push(`${passes ? '✓' : '✗'} ${name.padEnd(18)} ${passes ? '' : 'failed, '}${seconds} s`);
  }
  return lines;
};

const { values } = parseArgs({ options: { 'keep-going': { type: 'boolean', default: false } } });
rmSync(reportFolder, { recursive: true, force: true });
const lines = [...(await runAll(checks))];
if (process.exitCode === undefined || values['keep-going']) lines.push(...(await runAll(tests)));
else lines.push('  The tests did not run: mend the checks first, or pass --keep-going.');
console.log(`\n${lines.join('\n')}\n${describeTotals(readTotals(reportFolder))}`);
