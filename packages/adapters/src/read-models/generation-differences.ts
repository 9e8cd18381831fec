import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { DifferenceList } from '@integration-settings/domain';

/** What a generation says of one scope; the same of both, so that it can be compared as text. */
interface Row {
  /** The group that the scope is told of in. */
  readonly place: string;
  readonly scope: string;
  readonly content: string;
}

/**
 * Says in what two generations of the same events differ, as rows of their tables: the tree, then each integration, in a turn
 * of its own. Both are read once, in one order and side by side, so that no more than two rows are in memory.
 *
 * @param built - as this one has it, scopes stand in their groups
 */
export const differencesOf = async (
  database: DatabaseSync,
  holding: number,
  built: number,
): Promise<readonly string[]> => {
  const list = new DifferenceList();
  const compare = (what: string, sql: (generation: number) => string, integration?: string): void => {
    const rows = (generation: number) => rowsOf(database, sql(generation), integration);
    for (const { place, scope } of differing(rows(holding), rows(built))) list.note(`${what} in ${place}`, scope);
  };
  compare('the tree', (generation) => treeRows(generation, built));
  for (const integration of integrationsOf(database, built)) {
    await setImmediate();
    compare(integration, (generation) => settingsRows(generation, built), integration);
  }
  return list.lines;
};

const integrationsOf = (database: DatabaseSync, generation: number): readonly string[] =>
  database
    .prepare(`SELECT integration FROM integrations_${generation}`)
    .all()
    .map((row) => row['integration'] as string);

const rowsOf = (database: DatabaseSync, sql: string, integration: string | undefined): Iterator<Row> => {
  const parameters = integration === undefined ? [] : [integration];
  return database.prepare(sql).iterate(...parameters) as unknown as Iterator<Row>;
};

/** Where scopes of a generation are told of: a project in its group. Where both have it, in the group that it has in `built`. */
const place = `iif(s.level = 'project', coalesce(there.scope, parent.scope, 'nowhere'), s.scope)`;
const placed = (generation: number, built: number): string => `
  LEFT JOIN scopes_${generation} parent ON parent.id = s.parent
  LEFT JOIN scopes_${built} same ON same.scope = s.scope
  LEFT JOIN scopes_${built} there ON there.id = same.parent`;

const treeRows = (generation: number, built: number): string => `
  SELECT ${place} AS place, s.scope, json_array(parent.scope, s.name, s.removed) AS content
  FROM scopes_${generation} s ${placed(generation, built)}
  ORDER BY place, s.scope`;

const settingsRows = (generation: number, built: number): string => `
  SELECT ${place} AS place, s.scope,
    json_array(x.own, x.active, x.fields, x.lock, x.locked, x.era, x.state) AS content
  FROM settings_${generation} x CROSS JOIN scopes_${generation} s ON s.id = x.scope ${placed(generation, built)}
  WHERE x.integration = ?
  ORDER BY place, s.scope`;

/** The rows that only one side has, or has otherwise: of each pair one. Both sides come in one order. */
function* differing(one: Iterator<Row>, other: Iterator<Row>): Generator<Row> {
  let [left, right] = [one.next(), other.next()];
  while (left.done !== true || right.done !== true) {
    const order = left.done === true ? 1 : right.done === true ? -1 : compareRows(left.value, right.value);
    if (order < 0) yield left.value as Row;
    else if (order > 0) yield right.value as Row;
    else if ((left.value as Row).content !== (right.value as Row).content) yield right.value as Row;
    if (order <= 0) left = one.next();
    if (order >= 0) right = other.next();
  }
}

const compareRows = (one: Row, other: Row): number =>
  compareTexts(one.place, other.place) || compareTexts(one.scope, other.scope);

/** As SQLite orders texts: by the bytes of UTF-8, which is not the order of JavaScript. */
const compareTexts = (one: string, other: string): number =>
  one === other ? 0 : Buffer.compare(Buffer.from(one), Buffer.from(other));
