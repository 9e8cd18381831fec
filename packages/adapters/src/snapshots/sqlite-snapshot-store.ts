import type { DatabaseSync } from 'node:sqlite';
import {
  Closed,
  type SnapshotHeader,
  type SnapshotStore,
  StoreCorrupted,
  StoreUnavailable,
} from '@integration-settings/domain';
import { type ReadModelFile, SharedDatabase } from '../read-models/shared-database.ts';
import { checkHeader, checkName, describeHeader, newestFirst } from './header.ts';
import { Sealing } from './seal.ts';

// STORED FORMAT. Released migrations are on disk: add one at the end, never edit one in place.
const format = {
  /** `ISsn` in the header. */
  applicationId: 0x49_53_73_6e,
  migrations: [
    `CREATE TABLE snapshots (
       id INTEGER PRIMARY KEY,
       name TEXT NOT NULL,
       version INTEGER NOT NULL,
       position INTEGER NOT NULL,
       event_id TEXT NOT NULL,
       seal BLOB NOT NULL, -- of the whole
       UNIQUE (name, version, position, event_id)
     ) STRICT;
     CREATE TABLE pages (
       snapshot INTEGER NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE,
       number INTEGER NOT NULL, -- from 0
       seal BLOB NOT NULL, -- after this page
       bytes BLOB NOT NULL,
       UNIQUE (snapshot, number)
     ) STRICT;`,
  ],
  what: 'The SQLite snapshot store',
};

/** Reads on one connection and writes on another, so that reading goes on, and sees nothing of what is being written. */
export class SqliteSnapshotStore implements SnapshotStore {
  readonly #reader: SharedDatabase;
  readonly #writer: SharedDatabase;
  /** One transaction at a time. */
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  private constructor(reader: SharedDatabase, writer: SharedDatabase) {
    this.#reader = reader;
    this.#writer = writer;
  }

  static async open(options: ReadModelFile): Promise<SnapshotStore> {
    const reader = await SharedDatabase.open(options, format);
    try {
      return new SqliteSnapshotStore(reader, await SharedDatabase.open(options, format));
    } catch (error) {
      reader.close();
      throw error;
    }
  }

  async list(name: string): Promise<readonly SnapshotHeader[]> {
    this.#checkOpen();
    checkName(name);
    const rows = await this.#reader.read((database) => {
      const statement = database.prepare('SELECT version, position, event_id FROM snapshots WHERE name = ?');
      statement.setReadBigInts(true);
      return statement.all(name) as unknown as readonly { version: bigint; position: bigint; event_id: string }[];
    });
    return rows
      .map(({ version, position, event_id: eventId }) => ({ name, version: Number(version), position, eventId }))
      .sort(newestFirst);
  }

  async *read(header: SnapshotHeader): AsyncIterable<Uint8Array> {
    this.#checkOpen();
    checkHeader(header);
    const damaged = (what: string): StoreCorrupted =>
      new StoreCorrupted(`The ${describeHeader(header)} in "${this.#reader.file}" is damaged: ${what}.`);
    const snapshot = await this.#reader.read((database) => find(database, header));
    if (snapshot === undefined) {
      throw new StoreUnavailable(`There is no ${describeHeader(header)} in "${this.#reader.file}".`);
    }
    const sealing = new Sealing(header);
    for (let number = 0; ; number += 1) {
      const page = await this.#reader.read((database) => pageOf(database, snapshot.id, number));
      if (page === undefined) break;
      if (!isSame(page.seal, sealing.page(page.bytes))) throw damaged('a page is not as it was written');
      yield page.bytes;
    }
    if (!isSame(snapshot.seal, sealing.end())) throw damaged('its pages are not those that were written');
  }

  async write(
    header: SnapshotHeader,
    pages: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    this.#checkOpen();
    checkHeader(header);
    const { signal } = options;
    return this.#alone(() =>
      this.#writer.writeInTurns(async (database) => {
        const { name, version, position, eventId } = header;
        const sealing = new Sealing(header);
        remove(database, header);
        const { lastInsertRowid: id } = database
          .prepare('INSERT INTO snapshots (name, version, position, event_id, seal) VALUES (?, ?, ?, ?, ?)')
          .run(name, version, position, eventId, new Uint8Array());
        const insert = database.prepare('INSERT INTO pages (snapshot, number, seal, bytes) VALUES (?, ?, ?, ?)');
        let number = 0;
        signal?.throwIfAborted();
        for await (const page of pages) {
          signal?.throwIfAborted();
          insert.run(id, number, sealing.page(page), page);
          number += 1;
        }
        signal?.throwIfAborted();
        database.prepare('UPDATE snapshots SET seal = ? WHERE id = ?').run(sealing.end(), id);
      }),
    );
  }

  async delete(header: SnapshotHeader): Promise<void> {
    this.#checkOpen();
    checkHeader(header);
    return this.#alone(() => this.#writer.write((database) => remove(database, header)));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
    this.#reader.close();
    this.#writer.close();
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const working = this.#last.then(work);
    this.#last = working.catch(() => undefined);
    return working;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new Closed('The SQLite snapshot store');
  }
}

const where = 'name = ? AND version = ? AND position = ? AND event_id = ?';

const keyOf = ({ name, version, position, eventId }: SnapshotHeader) => [name, version, position, eventId] as const;

const find = (database: DatabaseSync, header: SnapshotHeader) =>
  database.prepare(`SELECT id, seal FROM snapshots WHERE ${where}`).get(...keyOf(header)) as
    | { readonly id: number; readonly seal: Uint8Array }
    | undefined;

const pageOf = (database: DatabaseSync, snapshot: number, number: number) =>
  database.prepare('SELECT bytes, seal FROM pages WHERE snapshot = ? AND number = ?').get(snapshot, number) as
    | { readonly bytes: Uint8Array; readonly seal: Uint8Array }
    | undefined;

const remove = (database: DatabaseSync, header: SnapshotHeader): void => {
  database.prepare(`DELETE FROM snapshots WHERE ${where}`).run(...keyOf(header));
};

const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;
