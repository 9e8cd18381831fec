// Runs tests without the checks before them: all, or the files whose path holds one of the arguments.
import { runTool } from '../workspace.ts';

process.exitCode = await runTool('vitest', ['run', ...process.argv.slice(2)]);
