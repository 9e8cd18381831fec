// STORED FORMAT. Released migrations are on disk: add one at the end, never edit one in place.

/** Marks a file as an event log of ours: `ISev` in the header's `application_id`. */
export const applicationId = 0x49536576;

/**
 * What leads from each schema version to the next, the first from an empty file to version 1. The header's `user_version`
 * is the number of those that were applied.
 *
 * Version 1: positions and revisions count from 0; an event id is the 16 bytes of its UUID. The index finds a stream's
 * events in order, and, as every index holds the row's key, their positions without a look at the rows.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE streams (
     id INTEGER PRIMARY KEY,
     name TEXT NOT NULL UNIQUE
   ) STRICT;
   CREATE TABLE events (
     position INTEGER PRIMARY KEY,
     stream INTEGER NOT NULL REFERENCES streams (id),
     revision INTEGER NOT NULL,
     id BLOB NOT NULL,
     type TEXT NOT NULL,
     data TEXT NOT NULL,
     metadata TEXT NOT NULL
   ) STRICT;
   CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);`,
];
