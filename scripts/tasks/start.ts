// Runs the main job on real data, compiling what changed first.
import { buildPackages } from '../build.ts';
import { runHere } from '../workspace.ts';

process.exitCode = (await buildPackages()) || (await runHere('examples/main-job/main.ts', process.argv.slice(2)));
