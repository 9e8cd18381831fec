import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  closeFields,
  type CompiledDefinition,
  type EffectiveEvent,
  evolveSettings,
  initialSettings,
  type ReadingContext,
  scopeKey,
  type ScopeRef,
  type SettingsState,
  understand,
} from '@integration-settings/domain';
import { readState, writeState } from './stored-state.ts';

/** Own settings and locks in their table: each event writes one row, but an erasure, which reaches copies anywhere. */
export class SettingsTable {
  readonly #contexts: ReadonlyMap<string, ReadingContext>;
  readonly #stateOf: StatementSync;
  readonly #eraOf: StatementSync;
  readonly #ofIntegration: StatementSync;
  readonly #put: StatementSync;
  readonly #show: StatementSync;

  constructor(database: DatabaseSync, generation: number, definitions: ReadonlyMap<string, CompiledDefinition>) {
    const [settings, scopes] = [`settings_${generation}`, `scopes_${generation}`];
    this.#stateOf = database.prepare(`SELECT state FROM ${settings} WHERE scope = ? AND integration = ?`);
    this.#eraOf = database.prepare(
      `SELECT era FROM ${scopes} s CROSS JOIN ${settings} x ON x.scope = s.id AND x.integration = ? WHERE s.scope = ?`,
    );
    this.#ofIntegration = database.prepare(
      `SELECT x.scope AS id, s.scope, x.state
       FROM ${settings} x CROSS JOIN ${scopes} s ON s.id = x.scope WHERE x.integration = ? AND x.own IS NOT NULL`,
    );
    this.#put = database.prepare(`INSERT OR REPLACE INTO ${settings} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#show = database.prepare(`UPDATE ${settings} SET fields = ? WHERE scope = ? AND integration = ?`);
    this.#contexts = new Map(
      [...definitions].map(([integration, compiled]) => [integration, this.#contextOf(integration, compiled)]),
    );
  }

  /** Events of an integration that the catalog does not have are passed over: another catalog is another generation. */
  apply(id: number, { scope, integration, body, cause }: EffectiveEvent & { readonly kind: 'settings' }): void {
    const context = this.#contexts.get(integration);
    if (context === undefined) return;
    const row = this.#stateOf.get(id, integration) as { readonly state: string } | undefined;
    const before = row === undefined ? initialSettings : readState(row.state);
    const state = writeState(context, scope, evolveSettings(before, body, cause));
    const after = readState(state);
    const { own, lock, era } = after;
    this.#put.run(
      id,
      integration,
      own?.kind ?? null,
      own?.active === undefined ? null : Number(own.active.value),
      shownFields(context, scope, after),
      lock === undefined ? null : lock.fields === 'whole' ? 'whole' : 'fields',
      JSON.stringify(lock === undefined || lock.fields === 'whole' ? [] : closeFields(context.compiled, lock.fields)),
      era,
      state,
    );
    if (era !== before.era) this.#readAgain(integration, context);
  }

  #readAgain(integration: string, context: ReadingContext): void {
    const rows = this.#ofIntegration.all(integration) as unknown as readonly {
      readonly id: number;
      readonly scope: string;
      readonly state: string;
    }[];
    for (const { id, scope, state } of rows) {
      this.#show.run(shownFields(context, refOf(scope), readState(state)), id, integration);
    }
  }

  #contextOf(integration: string, compiled: CompiledDefinition): ReadingContext {
    return {
      compiled,
      eraOf: (origin) => (this.#eraOf.get(integration, scopeKey(origin)) as { era: number } | undefined)?.era ?? 0,
      clearSecretId: () => '', // the tables say that there is a secret, not which
    };
  }
}

/** What the scope owns, as JSON: connections closed, what is not understood or erased empty, secrets masked. */
const shownFields = (context: ReadingContext, scope: ScopeRef, { own, era }: SettingsState): string =>
  JSON.stringify(
    own === undefined
      ? {}
      : Object.fromEntries([...understand(context, scope, era, own)].map(([name, { value }]) => [name, value ?? null])),
  );

/** The way back from a scope's key. */
const refOf = (key: string): ScopeRef => {
  if (key === 'instance') return key;
  const slash = key.indexOf('/');
  const id = key.slice(slash + 1);
  return key.slice(0, slash) === 'group' ? { group: id } : { project: id };
};
