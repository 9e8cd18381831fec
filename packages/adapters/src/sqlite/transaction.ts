import type { DatabaseSync } from 'node:sqlite';

/** Runs something in one write transaction, all or nothing. Takes the write lock first, so that what it reads stays true. */
export const inTransaction = <T>(
  database: DatabaseSync,
  action: () => T,
  commit = (): void => database.exec('COMMIT'),
): T => {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = action();
    commit();
    return result;
  } catch (error) {
    rollBack(database);
    throw error;
  }
};

/** Takes back what the transaction did, whether or not an error has done so already. */
export const rollBack = (database: DatabaseSync): void => {
  try {
    database.exec('ROLLBACK');
  } catch {
    // Some errors (disk full, I/O) have rolled back already; the first error is the one that counts.
  }
};
