import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AppendResult, CurrentRevision, ExpectedRevision } from '@integration-settings/domain';
import type { EncodedEvent } from '../event-store/encoded-event.ts';
import { isAsExpected, repeatFrom } from '../event-store/expected-revision.ts';
import { prepareFindStream, type StreamRow } from './find-stream.ts';
import type { WrittenEvent } from './newest-events.ts';
import { migrations } from './schema.ts';

/** Writes single appends inside of a write transaction that its caller begins and ends. */
export class LogWriter {
  readonly #state: StatementSync;
  readonly #findStream: (streamName: string) => StreamRow | undefined;
  readonly #insertStream: StatementSync;
  readonly #insertEvent: StatementSync;
  readonly #findEvent: StatementSync;
  #first = 0;
  #written: WrittenEvent[] = [];

  constructor(database: DatabaseSync) {
    this.#state = database.prepare(
      'SELECT user_version AS version, (SELECT coalesce(max(position), -1) FROM events) AS head FROM pragma_user_version',
    );
    this.#findStream = prepareFindStream(database);
    this.#insertStream = database.prepare('INSERT INTO streams (name) VALUES (?) ON CONFLICT (name) DO NOTHING');
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
    this.#first = head + 1;
    this.#written = [];
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
      const { id, type, data, metadata } = event;
      revision += 1;
      const position = this.#first + this.#written.length;
      this.#insertEvent.run(position, stream.id, revision, id, type, data, metadata);
      this.#written.push({ streamName, revision, event });
    }
    return { revision: BigInt(revision), position: BigInt(this.#first + this.#written.length - 1) };
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
