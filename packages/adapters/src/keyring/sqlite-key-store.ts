import { resolve } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setImmediate as endOfTurn } from 'node:timers/promises';
import { Closed, StoreCorrupted, type KeyOwner, type KeyStore, type WrappedKey } from '@integration-settings/domain';
import { toStoreError } from '../sqlite/map-error.ts';
import { inTransaction } from '../sqlite/transaction.ts';
import { whenFree } from '../sqlite/when-free.ts';
import { copyOfKey, isWrappedKey, type KeyFilter } from './wrapped-key.ts';

const pageSize = 1_000;

/** Where the data keys are. */
export interface SqliteKeyStoreOptions {
  /** Made, for its owner only, where it is missing; its directory must be there. */
  readonly file: string;
  /** How long a call waits while another process has the file locked, before it is `StoreUnavailable`; 5 000 by default. */
  readonly busyTimeoutMs?: number;
}

/**
 * Opens a key store in an SQLite file of its own.
 *
 * Several processes may use it at once. What is written at once shares one transaction. The bytes of a destroyed key are overwritten in the file.
 *
 * @throws StoreCorrupted where it is another kind of file, StoreNewer, StoreUnavailable
 */
export const openSqliteKeyStore = async (options: SqliteKeyStoreOptions): Promise<KeyStore> => {
  const { openKeyDatabase } = await import('./open-key-database.ts'); // who keeps keys elsewhere does not load node:sqlite
  const { busyTimeoutMs = 5_000 } = options;
  const file = resolve(options.file);
  const database = await openKeyDatabase(file, busyTimeoutMs);
  try {
    return new SqliteKeyStore(database, file, busyTimeoutMs);
  } catch (error) {
    database.close();
    throw toStoreError(error, file);
  }
};

class SqliteKeyStore implements KeyStore {
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #busyTimeoutMs: number;
  readonly #statements: Statements;
  #waiting: Write[] = [];
  #writing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #closed = false;

  constructor(database: DatabaseSync, file: string, busyTimeoutMs: number) {
    this.#database = database;
    this.#file = file;
    this.#busyTimeoutMs = busyTimeoutMs;
    this.#statements = prepareStatements(database);
  }

  get(keyId: string): Promise<WrappedKey | undefined> {
    return this.#read(() => this.#one(this.#statements.get.get(keyId)));
  }

  find(belongsTo: KeyOwner): Promise<WrappedKey | undefined> {
    return this.#read(() => this.#find(belongsTo));
  }

  createIfAbsent(key: WrappedKey): Promise<WrappedKey> {
    return this.#write(() => {
      this.#statements.insert.run(...ownerColumns(key), key.id, key.masterKey, key.nonce, key.text);
      return this.#find(key) ?? copyOfKey(key);
    });
  }

  rewrap(key: WrappedKey): Promise<void> {
    return this.#write(() => void this.#statements.update.run(key.masterKey, key.nonce, key.text, key.id));
  }

  destroy(keyId: string): Promise<void> {
    return this.#write(() => void this.#statements.delete.run(keyId));
  }

  async *list(filter: KeyFilter = {}): AsyncIterable<readonly WrappedKey[]> {
    const { streamPrefix = '', origin } = filter;
    const end = Buffer.from([...Buffer.from(streamPrefix, 'utf8'), 0xff]); // above every text with the prefix
    const wanted = origin === undefined ? null : JSON.stringify(origin);
    let after: KeyOwnerColumns = [streamPrefix, -1, '', -1];
    for (;;) {
      const rows = await this.#read(() => this.#statements.list.all(...after, end, wanted, wanted, pageSize));
      const keys = rows.map((row) => this.#key(row));
      if (keys.length > 0) yield keys;
      const last = keys.at(-1);
      if (last === undefined || keys.length < pageSize) return;
      after = ownerColumns(last);
    }
  }

  close(): Promise<void> {
    return (this.#closing ??= (async () => {
      await this.#writing;
      this.#closed = true;
      this.#database.close();
    })());
  }

  async #read<Result>(work: () => Result): Promise<Result> {
    this.#refuseClosed();
    return this.#whenFree(() => {
      if (this.#closed) throw new Closed('The key store'); // while it waited
      return work();
    });
  }

  async #write<Result>(work: () => Result): Promise<Result> {
    this.#refuseClosed();
    return new Promise((answer, reject) => {
      const run = (): (() => void) => {
        const result = work();
        return () => answer(result);
      };
      this.#waiting.push({ run, reject });
      this.#writing ??= this.#writeWaiting();
    });
  }

  /** Writes whatever waits, in one transaction each round, until nothing does. */
  async #writeWaiting(): Promise<void> {
    await endOfTurn(); // so that what is asked for at once comes together
    while (this.#waiting.length > 0) {
      const writes = this.#waiting;
      this.#waiting = [];
      try {
        const answers = await this.#whenFree(() =>
          inTransaction(this.#database, () => writes.map((write) => this.#runInTransaction(write))),
        );
        for (const answer of answers) answer();
      } catch (error) {
        for (const write of writes) write.reject(error);
      }
    }
    this.#writing = undefined;
  }

  /** A write that is wrong is refused alone; trouble with the file is everybody's. */
  #runInTransaction(write: Write): () => void {
    try {
      return write.run();
    } catch (error) {
      if (toStoreError(error, this.#file) !== error) throw error;
      return () => write.reject(error);
    }
  }

  async #whenFree<Result>(work: () => Result): Promise<Result> {
    try {
      return await whenFree(work, this.#busyTimeoutMs);
    } catch (error) {
      throw toStoreError(error, this.#file);
    }
  }

  #find(owner: KeyOwner): WrappedKey | undefined {
    return this.#one(this.#statements.find.get(...ownerColumns(owner)));
  }

  #one(row: Row | undefined): WrappedKey | undefined {
    return row && this.#key(row);
  }

  #key(row: Row): WrappedKey {
    const key: unknown = { ...row, origin: JSON.parse(String(row['origin'])) };
    if (isWrappedKey(key)) return copyOfKey(key);
    throw new StoreCorrupted(`The key store "${this.#file}" has a row that is not a wrapped key.`);
  }

  #refuseClosed(): void {
    if (this.#closing !== undefined) throw new Closed('The key store');
  }
}

/** A change that waits for its transaction. `run` may run again after a rollback; what it returns is called once it is durable. */
interface Write {
  run(): () => void;
  reject(error: unknown): void;
}

type Row = Readonly<Record<string, unknown>>;
type KeyOwnerColumns = [streamName: string, streamEra: number, origin: string, era: number];

const ownerColumns = ({ streamName, streamEra, origin, era }: KeyOwner): KeyOwnerColumns => [
  streamName,
  streamEra,
  JSON.stringify(origin),
  era,
];

type Statements = ReturnType<typeof prepareStatements>;

const prepareStatements = (database: DatabaseSync) => {
  const columns =
    'id, stream_name AS streamName, stream_era AS streamEra, origin, era, master_key AS masterKey, nonce, text';
  const owner = '(stream_name, stream_era, origin, era)';
  const statement = (sql: string): StatementSync => database.prepare(sql);
  return {
    get: statement(`SELECT ${columns} FROM data_keys WHERE id = ?`),
    find: statement(`SELECT ${columns} FROM data_keys WHERE ${owner} = (?, ?, ?, ?)`),
    insert: statement(
      `INSERT INTO data_keys (stream_name, stream_era, origin, era, id, master_key, nonce, text)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT ${owner} DO NOTHING`,
    ),
    update: statement('UPDATE data_keys SET master_key = ?, nonce = ?, text = ? WHERE id = ?'),
    delete: statement('DELETE FROM data_keys WHERE id = ?'),
    list: statement(
      `SELECT ${columns} FROM data_keys
       WHERE ${owner} > (?, ?, ?, ?) AND stream_name < CAST(? AS TEXT) AND (? IS NULL OR origin = ?)
       ORDER BY stream_name, stream_era, origin, era LIMIT ?`,
    ),
  };
};
