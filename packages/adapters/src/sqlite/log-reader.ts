import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { StoreCorrupted, type RecordedEvent, uuidOf } from '@integration-settings/domain';
import type { Page } from '../event-store/pages.ts';
import type { Range } from '../event-store/range.ts';
import { prepareFindStream, type StreamRow } from './find-stream.ts';
import { prefixEnd } from './prefix-end.ts';

type Direction = 'forwards' | 'backwards';
type ByDirection = Readonly<Record<Direction, StatementSync>>;

/** An array costs a third less to read than an object. */
type Row = readonly [
  streamName: string,
  position: bigint,
  revision: bigint,
  /** 32 hexadecimal digits, in capitals. */
  id: string,
  type: string,
  data: string,
  metadata: string,
];

/** Up to this many streams of a prefix are read by their index; for more of them the log is looked through. */
const fewStreams = 256;
/** Most events that are looked through for one page, so that a prefix that hardly anything has does not hold up the process. */
const scanSize = 20_000;

/** Comes after every text in the order of SQLite, as each blob does. */
const afterAllText = Buffer.of(0);

const columns = 'e.position, e.revision, hex(e.id) AS id, e.type, e.data, e.metadata';

/** Reads pages of the log and of streams; each is one consistent look at the database. */
export class LogReader {
  readonly findStream: (streamName: string) => StreamRow | undefined;
  readonly #file: string;
  readonly #head: StatementSync;
  readonly #countStreams: StatementSync;
  /** Prefixes of many streams: streams only become more. */
  readonly #many = new Set<string>();
  readonly #stream: ByDirection;
  readonly #log: ByDirection;
  readonly #logOfMany: ByDirection;
  readonly #logOfFew: ByDirection;

  constructor(database: DatabaseSync, file: string) {
    this.#file = file;
    this.#head = database.prepare('SELECT coalesce(max(position), -1) AS head FROM events');
    this.findStream = prepareFindStream(database);
    this.#countStreams = database.prepare(
      `SELECT count(*) AS streams FROM (SELECT 1 FROM streams WHERE name >= ? AND name < ? LIMIT ${fewStreams + 1})`,
    );
    const inBothDirections = (sql: (order: string) => string): ByDirection => ({
      forwards: database.prepare(sql('ASC')),
      backwards: database.prepare(sql('DESC')),
    });
    this.#stream = inBothDirections(
      (order) =>
        `SELECT ? AS streamName, ${columns} FROM events e
         WHERE stream = ? AND revision BETWEEN ? AND ? ORDER BY revision ${order} LIMIT ?`,
    );
    this.#log = inBothDirections(
      (order) =>
        `SELECT s.name AS streamName, ${columns} FROM events e CROSS JOIN streams s ON s.id = e.stream
         WHERE e.position BETWEEN ? AND ? ORDER BY e.position ${order} LIMIT ?`,
    );
    this.#logOfMany = inBothDirections(
      (order) =>
        `SELECT s.name AS streamName, ${columns} FROM events e CROSS JOIN streams s ON s.id = e.stream
         WHERE s.name >= ? AND s.name < ? AND e.position BETWEEN ? AND ? ORDER BY e.position ${order} LIMIT ?`,
    );
    // Positions first, from the index alone; rows only for those that are given out.
    this.#logOfFew = inBothDirections(
      (order) =>
        `SELECT s.name AS streamName, ${columns} FROM (
           SELECT i.position FROM streams n CROSS JOIN events i INDEXED BY events_by_stream ON i.stream = n.id
           WHERE n.name >= ? AND n.name < ? AND i.position BETWEEN ? AND ? ORDER BY i.position ${order} LIMIT ?
         ) p CROSS JOIN events e ON e.position = p.position CROSS JOIN streams s ON s.id = e.stream
         ORDER BY e.position ${order}`,
    );
    for (const { forwards, backwards } of [this.#stream, this.#log, this.#logOfMany, this.#logOfFew]) {
      for (const statement of [forwards, backwards]) {
        statement.setReadBigInts(true);
        statement.setReturnArrays?.(true);
      }
    }
  }

  /** The position of the last event, -1 where there is none. */
  head(): number {
    return (this.#head.get() as { head: number }).head;
  }

  /** One page of a stream, from a revision on. */
  streamPage(streamName: string, stream: number, range: Range, direction: Direction, limit: number): Page {
    const rows = allRows(this.#stream[direction], streamName, stream, range.low, range.high, limit);
    const last = rows.length < limit ? undefined : rows.at(-1);
    return {
      events: this.#toEvents(rows),
      next: last === undefined ? undefined : next(Number(last[2]), range, direction),
    };
  }

  /** Which streams a prefix means and how they are best found. */
  select(prefix: string): Selection {
    if (prefix === '') return { statements: this.#log, bounds: [], scanSize };
    const bounds = [prefix, prefixEnd(prefix) ?? afterAllText] as const;
    return this.#hasMany(prefix, bounds)
      ? { statements: this.#logOfMany, bounds, scanSize }
      : { statements: this.#logOfFew, bounds, scanSize: Infinity };
  }

  #hasMany(prefix: string, bounds: Selection['bounds']): boolean {
    if (this.#many.has(prefix)) return true;
    const { streams } = this.#countStreams.get(...bounds) as { streams: number };
    if (streams > fewStreams) this.#many.add(prefix);
    return streams > fewStreams;
  }

  /** One page of the log, which may be empty before the end. */
  logPage(selection: Selection, range: Range, direction: Direction, limit: number): Page {
    const low = direction === 'forwards' ? range.low : Math.max(range.low, range.high - selection.scanSize + 1);
    const high = direction === 'forwards' ? Math.min(range.high, range.low + selection.scanSize - 1) : range.high;
    const statement = selection.statements[direction];
    const rows = allRows(statement, ...selection.bounds, low, high, limit);
    const last = rows.length < limit ? undefined : rows.at(-1);
    const seen = last === undefined ? (direction === 'forwards' ? high : low) : Number(last[1]);
    return { events: this.#toEvents(rows), next: next(seen, range, direction) };
  }

  #toEvents(rows: readonly Row[]): readonly RecordedEvent[] {
    return rows.map(([streamName, position, revision, id, type, data, metadata]) => ({
      id: uuidOf(id),
      type,
      data: this.#parse(data, position),
      metadata: this.#parse(metadata, position),
      streamName,
      revision,
      position,
    }));
  }

  #parse(text: string, position: bigint): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new StoreCorrupted(`The event at position ${position} of the store "${this.#file}" is damaged.`, { cause });
    }
  }
}

/** The rows as arrays, also where the runtime (Node before 22.16) has them as objects only. */
const allRows = (statement: StatementSync, ...parameters: readonly SQLInputValue[]): readonly Row[] => {
  const rows: readonly unknown[] = statement.all(...parameters);
  return (Array.isArray(rows[0]) ? rows : rows.map((row) => Object.values(row as object))) as readonly Row[];
};

/** The streams of a prefix, as a page of the log asks for them. */
export interface Selection {
  readonly statements: ByDirection;
  readonly bounds: readonly (string | Uint8Array)[];
  readonly scanSize: number;
}

/** Where a read of a range goes on after a place; `undefined` at its end. */
const next = (place: number, { low, high }: Range, direction: Direction): number | undefined => {
  const following = direction === 'forwards' ? place + 1 : place - 1;
  return following < low || following > high ? undefined : following;
};
