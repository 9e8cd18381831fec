// Reports exports, files and dependencies that nothing uses.
import { runTool } from '../workspace.ts';

process.exitCode = await runTool('knip', ['--no-config-hints', ...process.argv.slice(2)]);
