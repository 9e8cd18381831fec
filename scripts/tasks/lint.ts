// Reports what the linter finds; `--fix` mends what can be mended.
import { runTool } from '../workspace.ts';

process.exitCode = await runTool('oxlint', process.argv.slice(2));
