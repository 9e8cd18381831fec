import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Catalog, scopeKey, type ScopeRef } from '@integration-settings/domain';
import { afterAll, beforeAll } from 'vitest';
import { scopes } from '../testing/history.fixture.ts';
import type { Oracle } from '../testing/oracle.fixture.ts';

/** Paths of files that are not there yet, in a folder that is gone after the tests of a file. */
export const temporaryFiles = (): (() => string) => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'read-model-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  return () => join(folder, `${randomUUID()}.db`);
};

/** What any program sees that opens the file and asks in SQL. */
export const rowsIn = (file: string, sql: string): readonly Record<string, unknown>[] => {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
};

/** All rows of `effective_settings`, as plain data, by scope and integration. */
export const effectiveRows = (file: string): ReadonlyMap<string, unknown> =>
  new Map(
    rowsIn(file, 'SELECT * FROM effective_settings').map(({ scope, level: _level, integration, ...row }) => [
      `${scope as string} ${integration as string}`,
      { ...row, fields: JSON.parse(row['fields'] as string), missing: JSON.parse(row['missing'] as string) },
    ]),
  );

const keyOrNull = (scope: ScopeRef | undefined): string | null => (scope === undefined ? null : scopeKey(scope));

/** The rows that the rules say there are. */
export const expectedRows = (oracle: Oracle, { definitions }: Catalog): ReadonlyMap<string, unknown> =>
  new Map(
    scopes
      .filter((scope) => oracle.isPresent(scope))
      .flatMap((scope) =>
        Object.keys(definitions).map((integration) => {
          const { mode, source, active, values, missing, lockedBy } = oracle.effective(scope, integration);
          const row = {
            mode,
            source: keyOrNull(source),
            active: Number(active),
            fields: JSON.parse(JSON.stringify(values)) as unknown,
            missing,
            locked_by: keyOrNull(lockedBy),
          };
          return [`${scopeKey(scope)} ${integration}`, row] as const;
        }),
      ),
  );
