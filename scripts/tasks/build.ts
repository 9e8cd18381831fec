// Compiles what changed and checks the types of everything.
import { buildAll } from '../build.ts';

process.exitCode = await buildAll();
