import type { DatabaseSync } from 'node:sqlite';
import type { CompiledDefinition, EffectiveEvent, ReadModelGeneration } from '@integration-settings/domain';
import { generations, type GenerationRow } from './generations.ts';
import { ScopeTable } from './scope-table.ts';
import { SettingsTable } from './settings-table.ts';
import type { SharedDatabase } from './shared-database.ts';

/** The tables of one generation, and the events that are in them. */
export class SqlGeneration implements ReadModelGeneration {
  readonly generation: number;
  readonly #database: SharedDatabase;
  readonly #definitions: ReadonlyMap<string, CompiledDefinition>;
  readonly #holds: boolean;
  #checkpoint: bigint;
  #tables: { readonly scopes: ScopeTable; readonly settings: SettingsTable } | undefined;

  constructor(
    database: SharedDatabase,
    definitions: ReadonlyMap<string, CompiledDefinition>,
    { generation, checkpoint, holds }: Pick<GenerationRow, 'generation' | 'checkpoint' | 'holds'>,
  ) {
    this.#database = database;
    this.#definitions = definitions;
    this.generation = generation;
    this.#checkpoint = checkpoint;
    this.#holds = holds;
  }

  get checkpoint(): bigint {
    return this.#checkpoint;
  }

  /** Several processes may run it: what another one was faster with is passed over. */
  async apply(events: readonly EffectiveEvent[], checkpoint: bigint): Promise<boolean> {
    const reached = await this.#database.write((database) => {
      const row = generations(database).find(({ generation }) => generation === this.generation);
      if (row === undefined || row.holds !== this.#holds) return undefined;
      if (row.checkpoint >= checkpoint) return row.checkpoint;
      for (const event of events) if (event.recorded.position > row.checkpoint) this.#take(database, event);
      database.prepare('UPDATE generations SET checkpoint = ? WHERE generation = ?').run(checkpoint, this.generation);
      return checkpoint;
    });
    if (reached !== undefined) this.#checkpoint = reached;
    return reached !== undefined;
  }

  #take(database: DatabaseSync, event: EffectiveEvent): void {
    const { scopes, settings } = (this.#tables ??= {
      scopes: new ScopeTable(database, this.generation),
      settings: new SettingsTable(database, this.generation, this.#definitions),
    });
    if (event.kind === 'structure') scopes.apply(event.scope, event.body);
    if (event.kind !== 'settings') return;
    const id = scopes.present(event.scope);
    if (id !== undefined) settings.apply(id, event);
  }
}
