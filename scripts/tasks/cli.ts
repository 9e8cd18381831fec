// Runs the command line `integration-settings`, compiling what changed first.
import { buildPackages } from '../build.ts';
import { runHere } from '../workspace.ts';

process.exitCode =
  (await buildPackages()) || (await runHere('packages/integration-settings/dist/cli/main.js', process.argv.slice(2)));
