import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { AppendResult, CurrentRevision, ExpectedRevision } from '@integration-settings/domain';
import type { EncodedEvent } from '../event-store/encoded-event.ts';
import { isAsExpected, repeatFrom } from '../event-store/expected-revision.ts';
import { prepareFindStream, type StreamRow } from './find-stream.ts';
import type { WrittenEvent } from './newest-events.ts';
import { migrations } from './schema.ts';

/** Rows of one statement: two thirds of the time that as many statements take. More would gain nothing. */
const rowsAtOnce = 8;

/** Inserts so many events. */
const insertOf = (rows: number): string =>
  `INSERT INTO events (position, stream, revision, id, type, data, metadata)
   VALUES ${Array.from({ length: rows }, () => "(?, ?, ?, unhex(?, '-'), ?, ?, ?)").join()}`;

/** Writes appends inside of a write transaction that its caller begins and ends. */
export class LogWriter {
  readonly #state: StatementSync;
  readonly #findStream: (streamName: string) => StreamRow | undefined;
  readonly #insertStream: StatementSync;
  readonly #insertEvent: StatementSync;
  readonly #insertEvents: StatementSync;
  readonly #findEvent: StatementSync;
  #first = 0;
  #written: WrittenEvent[] = [];
  /** How many of these are rows already. */
  #inserted = 0;

  constructor(database: DatabaseSync) {
    this.#state = database.prepare(
      'SELECT user_version AS version, (SELECT coalesce(max(position), -1) FROM events) AS head FROM pragma_user_version',
    );
    this.#findStream = prepareFindStream(database);
    this.#insertStream = database.prepare('INSERT INTO streams (name) VALUES (?) ON CONFLICT (name) DO NOTHING');
    this.#insertEvent = database.prepare(insertOf(1));
    this.#insertEvents = database.prepare(insertOf(rowsAtOnce));
    this.#findEvent = database.prepare(
      "SELECT position FROM events WHERE stream = ? AND revision = ? AND id = unhex(?, '-')",
    );
  }

  /** To be called first in every transaction: learns where the log stands, and whether a newer release has changed the schema since. */
  begin(): 'ready' | 'newer' {
    const { version, head } = this.#state.get() as { version: number; head: number };
    this.#first = head + 1;
    this.#written = [];
    this.#inserted = 0;
    return version > migrations.length ? 'newer' : 'ready';
  }

  /** The position of the first event that was written since `begin`, or of the next one. */
  get first(): number {
    return this.#first;
  }

  /** What was written since `begin`, in order. */
  get written(): readonly WrittenEvent[] {
    return this.#written;
  }

  /** Writes an append or says where the stream stands instead. A repeat writes nothing and gives the first result again. */
  append(
    streamName: string,
    events: readonly EncodedEvent[],
    expected: ExpectedRevision,
  ): { readonly result: AppendResult } | { readonly actual: CurrentRevision } {
    if (expected === 'no_stream') {
      const created = this.#createStream(streamName);
      if (created !== undefined) return { result: this.#insert(streamName, { id: created, last: -1 }, events) };
    }
    this.flush();
    const stream = this.#findStream(streamName);
    const current = stream === undefined ? 'no_stream' : BigInt(stream.last);
    if (isAsExpected(expected, current)) {
      const id = stream?.id ?? this.#createStream(streamName)!;
      return { result: this.#insert(streamName, { id, last: stream?.last ?? -1 }, events) };
    }
    const from = repeatFrom(expected, current);
    const result =
      stream === undefined || from === undefined ? undefined : this.#findRepeat(stream.id, Number(from), events);
    return result === undefined ? { actual: current } : { result };
  }

  /** The number of a new stream; `undefined` where there is one of that name. */
  #createStream(streamName: string): number | undefined {
    const { changes, lastInsertRowid } = this.#insertStream.run(streamName);
    return changes === 0 ? undefined : Number(lastInsertRowid);
  }

  #insert(streamName: string, stream: StreamRow, events: readonly EncodedEvent[]): AppendResult {
    let revision = stream.last;
    for (const event of events) {
      revision += 1;
      this.#written.push({ streamName, stream: stream.id, revision, event });
    }
    return { revision: BigInt(revision), position: BigInt(this.#first + this.#written.length - 1) };
  }

  /** Makes rows of all that was written. To be called last in every transaction. */
  flush(): void {
    while (this.#written.length - this.#inserted >= rowsAtOnce) this.#insertNext(this.#insertEvents, rowsAtOnce);
    while (this.#written.length > this.#inserted) this.#insertNext(this.#insertEvent, 1);
  }

  #insertNext(insert: StatementSync, rows: number): void {
    const parameters: SQLInputValue[] = [];
    for (let index = this.#inserted; index < this.#inserted + rows; index += 1) {
      const { stream, revision, event } = this.#written[index]!;
      parameters.push(this.#first + index, stream, revision, event.id, event.type, event.data, event.metadata);
    }
    insert.run(...parameters);
    this.#inserted += rows;
  }

  #findRepeat(stream: number, from: number, events: readonly EncodedEvent[]): AppendResult | undefined {
    let result: AppendResult | undefined;
    for (const [index, event] of events.entries()) {
      const found = this.#findEvent.get(stream, from + index, event.id) as { position: number } | undefined;
      if (found === undefined) return undefined;
      result = { revision: BigInt(from + index), position: BigInt(found.position) };
    }
    return result;
  }
}
