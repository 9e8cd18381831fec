/**
 * The arguments of vitest that choose the tests of the library alone. Left out is what tests the workspace, the slow tests
 * that start, kill and race whole processes (what they test is the operating system's side), and what the test server is
 * held to: it is no part of the library.
 */
export const libraryTests: readonly string[] = [
  'packages/',
  '--exclude',
  '**/{processes,*.process}.test.ts',
  '--exclude',
  'packages/adapters/src/testing/eventstoredb-server/**',
  '--exclude',
  'packages/adapters/src/eventstoredb/{cluster,*-traps,conformance}.test.ts',
];
