import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(`./packages/${path}`, import.meta.url));

/** Packages resolve to their sources, so that a test never sees a stale build. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^@integration-settings\/domain$/, replacement: source('domain/src/index.ts') },
      { find: /^@integration-settings\/domain\/gitlab-catalog$/, replacement: source('domain/src/catalog/gitlab-catalog.ts') },
      { find: /^@integration-settings\/domain\/testing$/, replacement: source('domain/src/testing/index.ts') },
      { find: /^@integration-settings\/projections$/, replacement: source('projections/src/index.ts') },
      { find: /^@integration-settings\/adapters\/(.+)$/, replacement: source('adapters/src/$1/index.ts') },
      { find: /^integration-settings$/, replacement: source('integration-settings/src/index.ts') },
    ],
  },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'examples/**/*.test.ts', 'scripts/**/*.test.ts', 'benchmarks/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
