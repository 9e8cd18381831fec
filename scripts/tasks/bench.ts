// Runs the benchmarks, compiling what changed first.
import { buildPackages } from '../build.ts';
import { runHere } from '../workspace.ts';

process.exitCode = (await buildPackages()) || (await runHere('benchmarks/run.ts', process.argv.slice(2)));
