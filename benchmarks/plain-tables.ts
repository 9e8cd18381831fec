import { DatabaseSync } from 'node:sqlite';
import type { EventToAppend } from '@integration-settings/domain';

/** An event to insert, the first of its stream. */
export type PlainEvent = EventToAppend & { readonly streamName: string };

/** The least that storing events durably costs: plain inserts into tables of the form of the SQLite store's. */
export interface PlainTables {
  /** One transaction of inserts, each event into a stream of its own. */
  readonly insert: (events: readonly PlainEvent[]) => void;
  readonly close: () => void;
}

export const openPlainTables = (file: string): PlainTables => {
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA journal_mode = WAL;
    PRAGMA synchronous = full;
    CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE events (
      position INTEGER PRIMARY KEY, stream INTEGER NOT NULL REFERENCES streams (id), revision INTEGER NOT NULL,
      id BLOB NOT NULL, type TEXT NOT NULL, data TEXT NOT NULL, metadata TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);`);
  const insertStream = database.prepare('INSERT INTO streams (name) VALUES (?)');
  const insertEvent = database.prepare(
    'INSERT INTO events (stream, revision, id, type, data, metadata) VALUES (?, 0, ?, ?, ?, ?)',
  );
  const insert = (events: readonly PlainEvent[]): void => {
    database.exec('BEGIN IMMEDIATE');
    for (const { streamName, id, type, data, metadata } of events) {
      const { lastInsertRowid } = insertStream.run(streamName);
      const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
      insertEvent.run(lastInsertRowid, bytes, type, JSON.stringify(data), JSON.stringify(metadata));
    }
    database.exec('COMMIT');
  };
  return { insert, close: () => database.close() };
};
