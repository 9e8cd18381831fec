import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { ReadModelKey, ReadModelSlot, ReadModelStore, SavedReadModel } from '@integration-settings/domain';
import { deepFreeze } from '../memory/deep-freeze.ts';
import { claimRebuild } from './claim-rebuild.ts';
import { describeKey } from './describe-key.ts';
import { type ReadModelFile, SharedDatabase } from './shared-database.ts';

// STORED FORMAT. Released migrations are on disk: add one at the end, never edit one in place.
const format = {
  /** `ISps` in the header. */
  applicationId: 0x49_53_70_73,
  migrations: [
    `CREATE TABLE read_models (
       namespace TEXT NOT NULL,
       name TEXT NOT NULL,
       version INTEGER NOT NULL,
       slot TEXT NOT NULL CHECK (slot IN ('current', 'next')),
       generation INTEGER NOT NULL,
       checkpoint INTEGER NOT NULL,
       state TEXT NOT NULL, -- JSON
       PRIMARY KEY (namespace, name, version, slot)
     ) STRICT, WITHOUT ROWID;`,
  ],
  what: 'The SQLite read model store',
};

/**
 * Opens a store for the states of projections in one SQLite file. Several processes of one machine may use it at the same
 * time (not over a network file system). What a save answered survives a power cut.
 *
 * @throws StoreCorrupted for a file that is no database of this kind or is damaged; StoreNewer; StoreUnavailable for one that
 * cannot be written or stays locked; TypeError for `':memory:'` and for wrong options
 */
export const openSqliteReadModelStore = async (options: ReadModelFile): Promise<ReadModelStore> =>
  new SqliteReadModelStore(await SharedDatabase.open(options, format));

const where = 'namespace = ? AND name = ? AND version = ? AND slot = ?';

class SqliteReadModelStore implements ReadModelStore {
  readonly #database: SharedDatabase;

  constructor(database: SharedDatabase) {
    this.#database = database;
  }

  async load(key: ReadModelKey, slot: ReadModelSlot): Promise<SavedReadModel | undefined> {
    const row = await this.#database.read((database) => find(database, key, slot));
    return row && deepFreeze({ ...placeOf(row), state: JSON.parse(row.state) as unknown });
  }

  save(key: ReadModelKey, slot: ReadModelSlot, saved: SavedReadModel): Promise<boolean> {
    const { generation, checkpoint, state } = saved;
    const json = JSON.stringify(state);
    return this.#database.write((database) => {
      const row = find(database, key, slot);
      const there = row && placeOf(row);
      if (there !== undefined && there.generation !== generation) return false;
      if (there !== undefined && there.checkpoint > checkpoint) return true;
      database
        .prepare('INSERT OR REPLACE INTO read_models VALUES (?, ?, ?, ?, ?, ?, ?)')
        .run(...partsOf(key, slot), generation, checkpoint, json);
      return true;
    });
  }

  promote(key: ReadModelKey): Promise<boolean> {
    return this.#database.write((database) => {
      const [current, next] = [find(database, key, 'current'), find(database, key, 'next')];
      if (next === undefined || (current !== undefined && current.checkpoint > next.checkpoint)) return false;
      database
        .prepare(`UPDATE OR REPLACE read_models SET slot = 'current' WHERE ${where}`)
        .run(...partsOf(key, 'next'));
      return true;
    });
  }

  discard(key: ReadModelKey): Promise<void> {
    return this.#database.write((database) => {
      database.prepare(`DELETE FROM read_models WHERE ${where}`).run(...partsOf(key, 'next'));
    });
  }

  async claim(key: ReadModelKey): Promise<() => Promise<void>> {
    this.#database.checkOpen();
    const name = createHash('sha256')
      .update(JSON.stringify(partsOf(key, 'next')))
      .digest('hex');
    return claimRebuild(`${this.#database.file}-rebuild-${name.slice(0, 16)}`, describeKey(key));
  }

  async close(): Promise<void> {
    this.#database.close();
  }
}

interface Row {
  readonly generation: bigint;
  readonly checkpoint: bigint;
  readonly state: string;
}

const find = (database: DatabaseSync, key: ReadModelKey, slot: ReadModelSlot): Row | undefined => {
  const statement = database.prepare(`SELECT generation, checkpoint, state FROM read_models WHERE ${where}`);
  statement.setReadBigInts(true);
  return statement.get(...partsOf(key, slot)) as Row | undefined;
};

const placeOf = ({ generation, checkpoint }: Row) => ({ generation: Number(generation), checkpoint });

const partsOf = ({ namespace, name, version }: ReadModelKey, slot: ReadModelSlot) =>
  [namespace, name, version, slot] as const;
