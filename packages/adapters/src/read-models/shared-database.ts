import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Closed } from '@integration-settings/domain';
import { toStoreError } from '../sqlite/map-error.ts';
import { openDatabase } from '../sqlite/open-database.ts';
import { inTransaction, rollBack } from '../sqlite/transaction.ts';
import { whenFree } from '../sqlite/when-free.ts';

/** Where a read model is kept. */
export interface ReadModelFile {
  /** The database file; made where there is none, in a folder that is there. Files that end in `-wal`, `-shm` and `-rebuild` may stand beside it. */
  readonly file: string;
  /** How long another process may hold the lock, in milliseconds, before a call gives up with `StoreUnavailable`; 5 000 if absent. */
  readonly busyTimeoutMs?: number;
}

/** A database that other processes use too: waits for its locks, and says what went wrong as an error of ours. */
export class SharedDatabase {
  readonly #database: DatabaseSync;
  readonly file: string;
  readonly #what: string;
  readonly #busyTimeoutMs: number;

  private constructor(database: DatabaseSync, file: string, what: string, busyTimeoutMs: number) {
    this.#database = database;
    this.file = file;
    this.#what = what;
    this.#busyTimeoutMs = busyTimeoutMs;
  }

  /**
   * Opens a file of an application of ours; makes it where there is none. A file that is refused is not changed.
   *
   * @param what - what it is, for people
   * @throws StoreCorrupted, StoreNewer, StoreUnavailable; TypeError for wrong options
   */
  static async open(
    { file, busyTimeoutMs = 5_000 }: ReadModelFile,
    format: { readonly applicationId: number; readonly migrations: readonly string[]; readonly what: string },
  ): Promise<SharedDatabase> {
    if (typeof file !== 'string' || file === '' || file === ':memory:') {
      throw new TypeError(`"file" is ${JSON.stringify(file)}, expected the path of a file.`);
    }
    if (!(busyTimeoutMs >= 0)) throw new TypeError(`"busyTimeoutMs" is ${busyTimeoutMs}, expected a number from 0.`);
    const path = resolve(file);
    const { applicationId, migrations, what } = format;
    const database = await openDatabase({ file: path, applicationId, migrations, synchronous: 'full', busyTimeoutMs });
    return new SharedDatabase(database, path, what, busyTimeoutMs);
  }

  /** Does something in one transaction, all or nothing; what it reads stays true until the end. */
  write<T>(action: (database: DatabaseSync) => T): Promise<T> {
    return this.#whenFree(() => inTransaction(this.#database, () => action(this.#database)));
  }

  /**
   * As `write`, in several turns of the event loop. Until it ends nothing else may be done on this connection, and other
   * processes wait with their writes.
   */
  async writeInTurns<T>(action: (database: DatabaseSync) => Promise<T>): Promise<T> {
    await this.#whenFree(() => this.#database.exec('BEGIN IMMEDIATE'));
    try {
      const result = await action(this.#database);
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      rollBack(this.#database);
      throw toStoreError(error, this.file);
    }
  }

  /** Reads in several turns of the event loop what was there at one moment, on a connection of its own: others may write meanwhile. */
  async readInTurns<T>(action: (database: DatabaseSync) => Promise<T>): Promise<T> {
    this.checkOpen();
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(this.file, { readOnly: true });
      database.exec('BEGIN');
      return await action(database);
    } catch (error) {
      throw toStoreError(error, this.file);
    } finally {
      database?.close();
    }
  }

  /** Reads; each statement sees one moment. */
  read<T>(action: (database: DatabaseSync) => T): Promise<T> {
    return this.#whenFree(() => action(this.#database));
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  checkOpen(): void {
    if (!this.#database.isOpen) throw new Closed(this.#what);
  }

  async #whenFree<T>(action: () => T): Promise<T> {
    this.checkOpen();
    try {
      return await whenFree(action, this.#busyTimeoutMs);
    } catch (error) {
      throw toStoreError(error, this.file);
    }
  }
}
