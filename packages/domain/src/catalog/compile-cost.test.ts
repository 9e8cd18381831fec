import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
const program = fileURLToPath(new URL('compile-cost.fixture.ts', import.meta.url));
const options =
  '--ignoreConfig --noEmit --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --skipLibCheck --module nodenext --target es2024 --types node --allowImportingTsExtensions';

/** Counts, not seconds: they are the same on every machine. One thread, for threads repeat each other's work. */
it('costs the compiler little to type a program against all 55 integrations', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [compiler, ...options.split(' '), '--singleThreaded', '--extendedDiagnostics', program],
    { timeout: 60_000 },
  );
  const count = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)$`, 'm').exec(stdout)?.[1]);
  expect(count('Types')).toBeLessThan(20_000);
  expect(count('Instantiations')).toBeLessThan(100_000);
});
