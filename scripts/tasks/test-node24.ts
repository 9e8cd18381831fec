// Tests the library on Node 24, the oldest line that is maintained.
import { libraryTests } from '../test-suites.ts';
import { runTool } from '../workspace.ts';

process.exitCode = await runTool('vitest', ['run', ...libraryTests, ...process.argv.slice(2)], 24);
