import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  groupOrInstance,
  idOf,
  levelOf,
  scopeKey,
  type ScopeRef,
  type StructureEventBody,
} from '@integration-settings/domain';

/** The id of the instance. */
const instance = 0;

interface Row {
  readonly id: number;
  readonly parent: number | null;
  readonly removed: number;
}

/** The tree in its table: each event writes one row. What does not fit changes nothing (R29). */
export class ScopeTable {
  readonly #byKey: StatementSync;
  readonly #byId: StatementSync;
  readonly #add: StatementSync;
  readonly #move: StatementSync;
  readonly #rename: StatementSync;
  readonly #remove: StatementSync;

  constructor(database: DatabaseSync, generation: number) {
    const table = `scopes_${generation}`;
    this.#byKey = database.prepare(`SELECT id, parent, removed FROM ${table} WHERE scope = ?`);
    this.#byId = database.prepare(`SELECT id, parent, removed FROM ${table} WHERE id = ?`);
    this.#add = database.prepare(`INSERT INTO ${table} (scope, level, parent, name, removed) VALUES (?, ?, ?, ?, 0)`);
    this.#move = database.prepare(`UPDATE ${table} SET parent = ? WHERE id = ?`);
    this.#rename = database.prepare(`UPDATE ${table} SET name = ? WHERE id = ?`);
    this.#remove = database.prepare(`UPDATE ${table} SET removed = 1 WHERE id = ?`);
  }

  /** The id of a scope that is there. */
  present(scope: ScopeRef): number | undefined {
    const row = this.#byKey.get(scopeKey(scope)) as Row | undefined;
    if (row === undefined) return undefined;
    for (const { removed } of this.#upwards(row)) if (removed === 1) return undefined;
    return row.id;
  }

  apply(scope: Exclude<ScopeRef, 'instance'>, body: StructureEventBody): void {
    switch (body.type) {
      case 'GroupRegistered':
        return this.#register(scope, groupOrInstance(body.data.parent), body.data.name);
      case 'ProjectRegistered':
        return this.#register(scope, groupOrInstance(body.data.group), body.data.name);
      case 'GroupMoved':
        return this.#moveBelow(scope, groupOrInstance(body.data.parent));
      case 'ProjectTransferred':
        return this.#moveBelow(scope, groupOrInstance(body.data.group));
      case 'GroupRenamed':
      case 'ProjectRenamed':
        return this.#change(scope, (id) => this.#rename.run(body.data.name, id));
      case 'GroupRemoved':
      case 'ProjectRemoved':
        return this.#change(scope, (id) => this.#remove.run(id));
      default:
        body satisfies never;
    }
  }

  #register(scope: Exclude<ScopeRef, 'instance'>, parent: ScopeRef, name: string | undefined): void {
    if (this.#byKey.get(scopeKey(scope)) !== undefined) return;
    this.#add.run(scopeKey(scope), levelOf(scope), this.present(parent) ?? instance, name ?? idOf(scope));
  }

  #moveBelow(scope: ScopeRef, target: ScopeRef): void {
    const to = this.present(target);
    if (to === undefined) return;
    this.#change(scope, (id) => {
      if (!this.#isAtOrBelow(to, id)) this.#move.run(to, id);
    });
  }

  #change(scope: ScopeRef, change: (id: number) => void): void {
    const id = this.present(scope);
    if (id !== undefined) change(id);
  }

  #isAtOrBelow(id: number, ancestor: number): boolean {
    for (const row of this.#upwards(this.#byId.get(id) as Row | undefined)) if (row.id === ancestor) return true;
    return false;
  }

  /** A scope and all above it. */
  *#upwards(row: Row | undefined): Generator<Row> {
    for (let at = row; at !== undefined; at = this.#byId.get(at.parent) as Row | undefined) yield at;
  }
}
