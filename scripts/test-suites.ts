/**
 * The arguments of vitest that choose the tests of the library alone. Left out is what tests the workspace, and the
 * slow tests that start, kill and race whole processes: what they test is the operating system's side.
 */
export const libraryTests: readonly string[] = ['packages/', '--exclude', '**/{processes,*.process}.test.ts'];
