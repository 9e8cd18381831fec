// Reports imports that point the wrong way; exit code 1 where there are any.
import { checkImports } from './imports/check.ts';
import { root } from './workspace.ts';

const { files, faults } = checkImports(root);
for (const fault of faults) console.error(fault);
console.log(`${files} files read, ${faults.length} imports point the wrong way.`);
if (faults.length > 0) process.exitCode = 1;
