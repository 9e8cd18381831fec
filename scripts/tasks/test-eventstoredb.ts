// Runs the tests of the EventStoreDB adapter against the server that EVENTSTOREDB_URL names.
import { runTool } from '../workspace.ts';

if (!process.env['EVENTSTOREDB_URL']) {
  console.error('Name a server: EVENTSTOREDB_URL=esdb://… npm run test:eventstoredb');
  process.exitCode = 2;
} else {
  process.exitCode = await runTool('vitest', [
    'run',
    'packages/adapters/src/eventstoredb/',
    'packages/adapters/src/testing/eventstoredb-server/',
    ...process.argv.slice(2),
  ]);
}
