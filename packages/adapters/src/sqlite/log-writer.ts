import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AppendResult, CurrentRevision, ExpectedRevision } from '@integration-settings/domain';
import type { EncodedEvent } from '../event-store/encoded-event.ts';
import { isAsExpected, repeatFrom } from '../event-store/expected-revision.ts';
import { prepareFindStream, type StreamRow } from './find-stream.ts';
import type { WrittenEvent } from './newest-events.ts';
import { RowInserter } from './row-inserter.ts';
import { migrations } from './schema.ts';

/** Writes appends inside of a write transaction that its caller begins and ends. */
export class LogWriter {
  readonly #state: StatementSync;
  readonly #findStream: (streamName: string) => StreamRow | undefined;
  readonly #streamRows: RowInserter;
  readonly #eventRows: RowInserter;
  readonly #findEvent: StatementSync;
  #looksFirst = false;
  #first = 0;
  #written: WrittenEvent[] = [];
  /** How many of these are rows already. */
  #inserted = 0;
  #nextStream = 0;
  /** The names of the newest streams, which are no rows yet. */
  #newStreams: string[] = [];

  constructor(database: DatabaseSync) {
    // Each event's stream was found or made just before: to check that takes a twentieth of a batch's time.
    database.exec('PRAGMA foreign_keys = OFF');
    this.#state = database.prepare(
      `SELECT user_version AS version, (SELECT coalesce(max(position), -1) FROM events) AS head,
              (SELECT coalesce(max(id), 0) FROM streams) AS streams
       FROM pragma_user_version`,
    );
    this.#findStream = prepareFindStream(database);
    this.#streamRows = new RowInserter(database, 'streams (id, name)', '(?, ?)');
    const columns = 'position, stream, revision, id, type, data, metadata';
    this.#eventRows = new RowInserter(database, `events (${columns})`, "(?, ?, ?, unhex(?, '-'), ?, ?, ?)");
    this.#findEvent = database.prepare(
      "SELECT position FROM events WHERE stream = ? AND revision = ? AND id = unhex(?, '-')",
    );
  }

  /**
   * To be called first in every transaction: learns where the log stands, and whether a newer release has changed the schema since.
   *
   * @param looksFirst - whether to look for streams that are expected to be new; else they are taken for new, as most are
   */
  begin(looksFirst: boolean): 'ready' | 'newer' {
    const { version, head, streams } = this.#state.get() as { version: number; head: number; streams: number };
    this.#looksFirst = looksFirst;
    this.#first = head + 1;
    this.#written = [];
    this.#inserted = 0;
    this.#nextStream = streams + 1;
    this.#newStreams = [];
    return version > migrations.length ? 'newer' : 'ready';
  }

  /** The position of the first event that was written since `begin`, or of the next one. */
  get first(): number {
    return this.#first;
  }

  /** Hands over what was written since `begin`, in order. */
  takeWritten(): readonly WrittenEvent[] {
    const written = this.#written;
    this.#written = [];
    return written;
  }

  /**
   * Writes an append or says where the stream stands instead. A repeat writes nothing and gives the first result again.
   *
   * @throws as `flush` does
   */
  append(
    streamName: string,
    events: readonly EncodedEvent[],
    expected: ExpectedRevision,
  ): { readonly result: AppendResult } | { readonly actual: CurrentRevision } {
    if (expected === 'no_stream' && !this.#looksFirst) return { result: this.#insertNew(streamName, events) };
    this.flush();
    const stream = this.#findStream(streamName);
    const current = stream === undefined ? 'no_stream' : BigInt(stream.last);
    if (isAsExpected(expected, current)) {
      return {
        result: stream === undefined ? this.#insertNew(streamName, events) : this.#insert(streamName, stream, events),
      };
    }
    const from = repeatFrom(expected, current);
    const result =
      stream === undefined || from === undefined ? undefined : this.#findRepeat(stream.id, Number(from), events);
    return result === undefined ? { actual: current } : { result };
  }

  #insertNew(streamName: string, events: readonly EncodedEvent[]): AppendResult {
    this.#newStreams.push(streamName);
    this.#nextStream += 1;
    return this.#insert(streamName, { id: this.#nextStream - 1, last: -1 }, events);
  }

  #insert(streamName: string, stream: StreamRow, events: readonly EncodedEvent[]): AppendResult {
    let revision = stream.last;
    for (const event of events) {
      revision += 1;
      this.#written.push({ streamName, stream: stream.id, revision, event });
    }
    return { revision: BigInt(revision), position: BigInt(this.#first + this.#written.length - 1) };
  }

  /**
   * Makes rows of all that was written. To be called last in every transaction.
   *
   * @throws SQLite's error of a constraint where a stream that was taken for new is none; the transaction is rolled back
   */
  flush(): void {
    const names = this.#newStreams;
    const firstNew = this.#nextStream - names.length;
    this.#streamRows.insert(0, names.length, (at, row) => row.push(firstNew + at, names[at]!));
    this.#newStreams = [];
    this.#eventRows.insert(this.#inserted, this.#written.length, (at, row) => {
      const { stream, revision, event } = this.#written[at]!;
      row.push(this.#first + at, stream, revision, event.id, event.type, event.data, event.metadata);
    });
    this.#inserted = this.#written.length;
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
