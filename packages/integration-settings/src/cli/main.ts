#!/usr/bin/env node
import { run } from './run.ts';

// Whoever reads the output may stop before its end (`| head`): then nobody is left to tell.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}
process.exitCode = await run(process.argv.slice(2), process);
