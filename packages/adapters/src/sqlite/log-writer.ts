import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AppendResult, CurrentRevision, ExpectedRevision } from '@integration-settings/domain';
import type { EncodedEvent } from '../event-store/encoded-event.ts';
import { isAsExpected, repeatFrom } from '../event-store/expected-revision.ts';
import { prepareFindStream, type StreamRow } from './find-stream.ts';
import { migrations } from './schema.ts';

/** Writes single appends inside of a write transaction that its caller begins and ends. */
export class LogWriter {
  readonly #state: StatementSync;
  readonly #findStream: (streamName: string) => StreamRow | undefined;
  readonly #insertStream: StatementSync;
  readonly #insertEvent: StatementSync;
  readonly #findEvent: StatementSync;
  #nextPosition = 0;

  constructor(database: DatabaseSync) {
    this.#state = database.prepare(
      'SELECT user_version AS version, (SELECT coalesce(max(position), -1) FROM events) AS head FROM pragma_user_version',
    );
    this.#findStream = prepareFindStream(database);
    this.#insertStream = database.prepare('INSERT INTO streams (name) VALUES (?)');
    this.#insertEvent = database.prepare(
      "INSERT INTO events (position, stream, revision, id, type, data, metadata) VALUES (?, ?, ?, unhex(?, '-'), ?, ?, ?)",
    );
    this.#findEvent = database.prepare(
      "SELECT position FROM events WHERE stream = ? AND revision = ? AND id = unhex(?, '-')",
    );
  }

  /** To be called first in every transaction: learns where the log stands, and whether a newer release has changed the schema since. */
  begin(): 'ready' | 'newer' {
    const { version, head } = this.#state.get() as { version: number; head: number };
    this.#nextPosition = head + 1;
    return version > migrations.length ? 'newer' : 'ready';
  }

  /** Writes an append or says where the stream stands instead. A repeat writes nothing and gives the first result again. */
  append(
    streamName: string,
    events: readonly EncodedEvent[],
    expected: ExpectedRevision,
  ): { readonly result: AppendResult } | { readonly actual: CurrentRevision } {
    const stream = this.#findStream(streamName);
    const current = stream === undefined ? 'no_stream' : BigInt(stream.last);
    if (isAsExpected(expected, current)) {
      return { result: this.#insert(stream ?? { id: this.#createStream(streamName), last: -1 }, events) };
    }
    const from = repeatFrom(expected, current);
    const result =
      stream === undefined || from === undefined ? undefined : this.#findRepeat(stream.id, Number(from), events);
    return result === undefined ? { actual: current } : { result };
  }

  #createStream(streamName: string): number {
    return Number(this.#insertStream.run(streamName).lastInsertRowid);
  }

  #insert(stream: StreamRow, events: readonly EncodedEvent[]): AppendResult {
    let revision = stream.last;
    for (const { id, type, data, metadata } of events) {
      revision += 1;
      this.#insertEvent.run(this.#nextPosition, stream.id, revision, id, type, data, metadata);
      this.#nextPosition += 1;
    }
    return { revision: BigInt(revision), position: BigInt(this.#nextPosition - 1) };
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
