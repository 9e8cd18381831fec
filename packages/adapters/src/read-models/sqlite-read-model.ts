import type { DatabaseSync } from 'node:sqlite';
import {
  type Catalog,
  compileDefinition,
  type CompiledDefinition,
  isNamespace,
  type ReadModel,
  type ReadModelGeneration,
  type ReadModelRebuild,
  StoreCorrupted,
} from '@integration-settings/domain';
import { fingerprintOf } from './catalog-fingerprint.ts';
import { claimRebuild } from './claim-rebuild.ts';
import { differencesOf } from './generation-differences.ts';
import { publish } from './generation-tables.ts';
import { addGeneration, dropGeneration, type GenerationRow, generations } from './generations.ts';
import { type ReadModelFile, SharedDatabase } from './shared-database.ts';
import { SqlGeneration } from './sql-generation.ts';

export interface SqliteReadModelOptions extends ReadModelFile {
  /** What the settings are read with. Processes with another catalog need a file of their own. */
  readonly catalog: Catalog;
  /** Whose log; `'integrations'` if absent. */
  readonly namespace?: string;
}

// STORED FORMAT. Released migrations are on disk: add one at the end, never edit one in place. The tables of a generation may
// change with `foldVersion`: they are made anew from the log.
const format = {
  /** `ISrm` in the header. */
  applicationId: 0x49_53_72_6d,
  migrations: [
    `CREATE TABLE generations (
       generation INTEGER PRIMARY KEY,
       namespace TEXT NOT NULL,
       fingerprint TEXT NOT NULL,
       checkpoint INTEGER NOT NULL,
       holds INTEGER NOT NULL -- 1: the views show it; 0: it is being built
     ) STRICT;
     CREATE VIEW read_model AS SELECT namespace, checkpoint FROM generations WHERE holds;`,
  ],
  what: 'The SQLite read model',
};

/**
 * Opens a read model of the effective settings in an SQLite file, for other programs to ask in plain SQL: the views `scopes`,
 * `own_settings`, `locks`, `effective_settings`, and `read_model`, which says how far it is. `runReadModel` brings it up to
 * date. A change of a default writes one row, and every row of `effective_settings` shows it.
 *
 * It holds no secret, sealed or in clear: the views show the mask. A catalog whose definitions have changed makes all of it
 * anew, beside the old one, at the next run.
 *
 * @throws StoreCorrupted for a file that is no read model of this namespace or is damaged; StoreNewer; StoreUnavailable for
 * one that cannot be written or stays locked; TypeError for wrong options
 */
export const sqliteReadModel = async (options: SqliteReadModelOptions): Promise<ReadModel> => {
  const { catalog, namespace = 'integrations' } = options;
  if (!isNamespace(namespace)) throw new TypeError(`"${namespace}" is no namespace, expected [a-z][a-zA-Z0-9]{0,31}.`);
  const definitions = new Map(
    Object.entries(catalog.definitions).map(([slug, definition]) => [slug, compileDefinition(slug, definition)]),
  );
  return new SqliteReadModel(await SharedDatabase.open(options, format), namespace, definitions);
};

class SqliteReadModel implements ReadModel {
  readonly namespace: string;
  readonly #database: SharedDatabase;
  readonly #definitions: ReadonlyMap<string, CompiledDefinition>;
  readonly #fingerprint: string;

  constructor(database: SharedDatabase, namespace: string, definitions: ReadonlyMap<string, CompiledDefinition>) {
    this.#database = database;
    this.namespace = namespace;
    this.#definitions = definitions;
    this.#fingerprint = fingerprintOf(definitions.values());
  }

  open(): Promise<ReadModelGeneration | undefined> {
    return this.#database.write((database) => {
      const { holding, begun } = this.#generations(database);
      if (holding !== undefined) return this.#isOurs(holding) ? this.#generation(holding) : undefined;
      const first = this.#add(database, (begun?.generation ?? 0) + 1, true);
      publish(database, first.generation);
      return this.#generation(first);
    });
  }

  async rebuild(): Promise<ReadModelRebuild> {
    this.#database.checkOpen();
    const release = claimRebuild(`${this.#database.file}-rebuild`, `The read model "${this.#database.file}"`);
    try {
      const row = await this.#database.write((database) => {
        const { holding, begun } = this.#generations(database);
        if (begun !== undefined && this.#isOurs(begun)) return begun;
        if (begun !== undefined) dropGeneration(database, begun.generation);
        return this.#add(database, Math.max(holding?.generation ?? 0, begun?.generation ?? 0) + 1, false);
      });
      return this.#rebuildOf(this.#generation(row), release);
    } catch (error) {
      await release();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#database.close();
  }

  #rebuildOf(built: SqlGeneration, release: () => Promise<void>): ReadModelRebuild {
    const { generation } = built;
    /** Of what it can be compared with. */
    const ours = (database: DatabaseSync): GenerationRow | undefined => {
      const { holding } = this.#generations(database);
      return holding !== undefined && this.#isOurs(holding) ? holding : undefined;
    };
    return {
      get checkpoint() {
        return built.checkpoint;
      },
      apply: (events, checkpoint) => built.apply(events, checkpoint),
      holding: () => this.#database.read((database) => ours(database)?.checkpoint),
      compare: () =>
        this.#database.readInTurns(async (database) => {
          const holding = ours(database);
          if (holding?.checkpoint !== built.checkpoint) return undefined;
          return differencesOf(database, holding.generation, generation);
        }),
      promote: () =>
        this.#database.write((database) => {
          const holding = ours(database);
          if (holding !== undefined && holding.checkpoint > built.checkpoint) return false;
          const replaced = this.#generations(database).holding;
          publish(database, generation);
          if (replaced !== undefined) dropGeneration(database, replaced.generation);
          database.prepare('UPDATE generations SET holds = 1 WHERE generation = ?').run(generation);
          return true;
        }),
      discard: () =>
        this.#database.write((database) => {
          const begun = this.#generations(database).begun;
          if (begun?.generation === generation) dropGeneration(database, generation);
        }),
      release,
    };
  }

  #generations(database: DatabaseSync): {
    readonly holding: GenerationRow | undefined;
    readonly begun: GenerationRow | undefined;
  } {
    const rows = generations(database);
    const other = rows.find(({ namespace }) => namespace !== this.namespace);
    if (other !== undefined) {
      throw new StoreCorrupted(
        `The read model "${this.#database.file}" is of namespace "${other.namespace}", expected "${this.namespace}".`,
      );
    }
    return { holding: rows.find(({ holds }) => holds), begun: rows.find(({ holds }) => !holds) };
  }

  #isOurs({ fingerprint }: GenerationRow): boolean {
    return fingerprint === this.#fingerprint;
  }

  #add(database: DatabaseSync, generation: number, holds: boolean): GenerationRow {
    const row = { generation, namespace: this.namespace, fingerprint: this.#fingerprint, checkpoint: -1n, holds };
    addGeneration(database, row, this.#definitions.values());
    return row;
  }

  #generation({ generation, checkpoint, holds }: GenerationRow): SqlGeneration {
    return new SqlGeneration(this.#database, this.#definitions, { generation, checkpoint, holds });
  }
}
