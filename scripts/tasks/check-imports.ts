// Reports imports that point the wrong way.
import { runScript } from '../workspace.ts';

process.exitCode = await runScript('scripts/check-imports.ts', process.argv.slice(2));
