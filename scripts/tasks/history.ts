// Writes a history of ten years into a new store, compiling what changed first.
import { buildPackages } from '../build.ts';
import { runHere } from '../workspace.ts';

process.exitCode = (await buildPackages()) || (await runHere('benchmarks/history/main.ts', process.argv.slice(2)));
