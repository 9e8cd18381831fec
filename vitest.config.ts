import { defineConfig } from 'vitest/config';
import { entryPoints, packages } from './scripts/packages.ts';

/** What a package offers resolves to its source, so that a test never sees a stale build. */
export default defineConfig({
  resolve: {
    alias: packages()
      .flatMap(entryPoints)
      .map(({ name, source }) => ({ find: new RegExp(`^${name}$`), replacement: source })),
  },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'examples/**/*.test.ts',
      'scripts/**/*.test.ts',
      'benchmarks/**/*.test.ts',
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
