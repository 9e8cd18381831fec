import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import type { EventToAppend } from '@integration-settings/domain';
import { milliseconds, type Scenario } from '../harness.ts';

const appends = 1_000;

const registered = (): EventToAppend => ({
  id: randomUUID(),
  type: 'ProjectRegistered',
  data: { project: 'apollo', group: 'space', name: 'Apollo' },
  metadata: { commandId: randomUUID(), actor: 'ada', at: '2026-01-01T00:00:00.000Z', schemaVersion: 1 },
});

/** The least that the same durable events cost: one transaction of plain inserts into the same two tables. */
const openPlainTables = (file: string) => {
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
  return {
    insert(batch: readonly EventToAppend[]): void {
      database.exec('BEGIN IMMEDIATE');
      for (const { id, type, data, metadata } of batch) {
        const { lastInsertRowid } = insertStream.run(`bench.project-${id}`);
        const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
        insertEvent.run(lastInsertRowid, bytes, type, JSON.stringify(data), JSON.stringify(metadata));
      }
      database.exec('COMMIT');
    },
    close: () => database.close(),
  };
};

/** What group commit leaves of the price of appends that arrive together, each to a stream of its own. */
export const scenario: Scenario = {
  name: 'sqlite-append',
  comparesWith: 'one transaction of plain inserts of the same events into tables of the same form',
  async run(measure) {
    const folder = mkdtempSync(join(tmpdir(), 'sqlite-append-'));
    const store = await openSqliteEventStore({ file: join(folder, 'ours.db') });
    const tables = openPlainTables(join(folder, 'plain.db'));
    const batch = (): readonly EventToAppend[] => Array.from({ length: appends }, registered);
    try {
      await measure(`${appends} appends at once, durable`, {
        unit: 'ms',
        ours: () => {
          const events = batch();
          return milliseconds(() =>
            Promise.all(
              events.map((event) =>
                store.appendToStream(`bench.project-${event.id}`, [event], { expectedRevision: 'no_stream' }),
              ),
            ),
          );
        },
        baseline: () => {
          const events = batch();
          return milliseconds(() => tables.insert(events));
        },
      });
    } finally {
      tables.close();
      await store.close();
      rmSync(folder, { recursive: true });
    }
  },
};
