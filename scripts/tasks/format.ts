// Formats every file in place; `--check` only reports.
import { runTool } from '../workspace.ts';

process.exitCode = await runTool('oxfmt', process.argv.slice(2));
