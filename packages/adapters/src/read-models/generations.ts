import type { DatabaseSync } from 'node:sqlite';
import type { CompiledDefinition } from '@integration-settings/domain';
import { createTables, dropTables } from './generation-tables.ts';

/** What is known of the tables with this number at the end of their names. */
export interface GenerationRow {
  readonly generation: number;
  readonly namespace: string;
  readonly fingerprint: string;
  readonly checkpoint: bigint;
  /** Whether the views show it; else it is being built. */
  readonly holds: boolean;
}

/** At most two: the one that holds, and one that is being built. */
export const generations = (database: DatabaseSync): readonly GenerationRow[] => {
  const statement = database.prepare('SELECT generation, namespace, fingerprint, checkpoint, holds FROM generations');
  statement.setReadBigInts(true);
  return statement.all().map((row) => {
    const { generation, namespace, fingerprint, checkpoint, holds } = row as Record<string, unknown>;
    return {
      generation: Number(generation),
      namespace: namespace as string,
      fingerprint: fingerprint as string,
      checkpoint: checkpoint as bigint,
      holds: holds === 1n,
    };
  });
};

export const addGeneration = (
  database: DatabaseSync,
  { generation, namespace, fingerprint, checkpoint, holds }: GenerationRow,
  definitions: Iterable<CompiledDefinition>,
): void => {
  createTables(database, generation, definitions);
  database
    .prepare('INSERT INTO generations VALUES (?, ?, ?, ?, ?)')
    .run(generation, namespace, fingerprint, checkpoint, Number(holds));
};

export const dropGeneration = (database: DatabaseSync, generation: number): void => {
  dropTables(database, generation);
  database.prepare('DELETE FROM generations WHERE generation = ?').run(generation);
};
