import type { DatabaseSync } from 'node:sqlite';

/** Where a stream stands, by its number. */
export interface StreamRow {
  readonly id: number;
  readonly last: number;
}

/** Prepares the look-up of a stream by its name; `undefined` where there is none. */
export const prepareFindStream = (database: DatabaseSync): ((streamName: string) => StreamRow | undefined) => {
  const statement = database.prepare(
    'SELECT id, (SELECT max(revision) FROM events WHERE stream = streams.id) AS last FROM streams WHERE name = ?',
  );
  return (streamName) => statement.get(streamName) as StreamRow | undefined;
};
