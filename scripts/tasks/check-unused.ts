// Reports exports, files and dependencies that nothing uses.
import { runTool } from '../workspace.ts';

process.exitCode = await runTool('knip', process.argv.slice(2));
