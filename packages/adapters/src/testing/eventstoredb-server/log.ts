import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { decideAppend, type Expected } from './decide-append.ts';

/** An event as a client proposes it. */
export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** An event in the log. */
export interface LoggedEvent extends ProposedEvent {
  readonly streamName: string;
  readonly revision: bigint;
  readonly position: bigint;
  /** 100 ns ticks since 1970. */
  readonly created: string;
}

/** What a write came to. `revision` and `position` are absent where a node would not say. */
export type WriteOutcome =
  | { readonly kind: 'success'; readonly revision: bigint | undefined; readonly position: bigint | undefined }
  | { readonly kind: 'wrong-expected-version'; readonly current: bigint | undefined }
  | { readonly kind: 'deleted' };

interface Stream {
  /** Of revision 0 and up, the truncated ones too. */
  readonly events: LoggedEvent[];
  truncateBefore: bigint;
  maxCount: bigint | undefined;
  tombstoned: boolean;
}

type Operation =
  | { readonly op: 'append'; readonly stream: string; readonly events: readonly Stored[] }
  | { readonly op: 'tombstone'; readonly stream: string };
type Stored = readonly [id: string, type: string, contentType: string, data: string, metadata: string, created: string];

/** The revision of a tombstone, and what a soft delete truncates before. */
const endOfRevisions = 2n ** 63n - 1n;

const firstPosition = 546n;

/**
 * The log of the double: streams, one global order, and the server's rules for appending and deleting.
 *
 * Positions have gaps, as a node's have, and a few system events stand in front. With a file every write is in it
 * before it is answered, so that a killed process comes back with all it acknowledged.
 */
export class Log {
  readonly all: LoggedEvent[] = [];
  readonly #streams = new Map<string, Stream>();
  /** Where each id was first written: keyed by the id alone, in memory only, as in a node. */
  readonly #recent = new Map<string, { readonly streamName: string; readonly revision: bigint }>();
  readonly #listeners = new Set<() => void>();
  readonly #file: number | undefined;
  #nextPosition = firstPosition;

  constructor(file?: string) {
    this.#write('$$$scavenges', [systemEvent('$metadata', '{"$maxAge":2592000}')]);
    this.#write('$$$settings', [systemEvent('$metadata', '{"$acl":{}}')]);
    if (file === undefined) return;
    if (existsSync(file)) this.#replay(readFileSync(file, 'utf8'));
    this.#recent.clear();
    this.#file = openSync(file, 'a');
  }

  append(streamName: string, expected: Expected, events: readonly ProposedEvent[]): WriteOutcome {
    const stream = this.#streams.get(streamName);
    const last = lastRevision(stream);
    const decision = decideAppend(
      {
        last,
        softDeleted: isSoftDeleted(stream),
        tombstoned: stream?.tombstoned === true,
        idAt: (revision) => stream?.events[Number(revision)]?.id,
        recentRevision: (id) => {
          const recent = this.#recent.get(id);
          return recent?.streamName === streamName ? recent.revision : undefined;
        },
      },
      expected,
      events.map((event) => event.id),
    );
    switch (decision.kind) {
      case 'deleted':
        return decision;
      case 'wrong-expected-version':
        return { kind: decision.kind, current: last === -1n ? undefined : last };
      case 'idempotent': {
        const position = isSoftDeleted(stream) ? undefined : stream?.events[Number(decision.last)]?.position;
        return { kind: 'success', revision: decision.last, position };
      }
      case 'write': {
        const written = events.map((event) => ({ ...event, created: ticksNow() }));
        this.#record({ op: 'append', stream: streamName, events: written.map(toStored) });
        const revival = isSoftDeleted(stream) && events.length > 0 ? last + 1n : undefined;
        const position = this.#write(streamName, written);
        if (revival !== undefined) this.#truncate(streamName, revival);
        this.#tellListeners();
        const revision = lastRevision(this.#streams.get(streamName));
        return { kind: 'success', revision: revision === -1n ? undefined : revision, position };
      }
    }
  }

  /** A soft delete: numbering goes on when the stream is appended to again. A missing stream cannot be deleted. */
  delete(streamName: string, expected: Expected): WriteOutcome {
    const stream = this.#streams.get(streamName);
    const refused = refuseDelete(stream, expected, false);
    if (refused !== undefined) return refused;
    this.append(`$$${streamName}`, 'any', [systemEvent('$metadata', `{"$tb":${endOfRevisions}}`)]);
    return { kind: 'success', revision: undefined, position: this.all.at(-1)?.position };
  }

  /** For ever: nothing can be read from the stream or appended to it again. */
  tombstone(streamName: string, expected: Expected): WriteOutcome {
    const refused = refuseDelete(this.#streams.get(streamName), expected, true);
    if (refused !== undefined) return refused;
    this.#record({ op: 'tombstone', stream: streamName });
    this.#writeTombstone(streamName);
    this.#tellListeners();
    return { kind: 'success', revision: undefined, position: this.all.at(-1)?.position };
  }

  /** `missing` also where it was soft-deleted. */
  stateOf(streamName: string): 'missing' | 'tombstoned' | 'there' {
    const stream = this.#streams.get(streamName);
    if (stream?.tombstoned === true) return 'tombstoned';
    return stream === undefined || stream.events.length === 0 || isSoftDeleted(stream) ? 'missing' : 'there';
  }

  lastRevisionOf(streamName: string): bigint {
    return lastRevision(this.#streams.get(streamName));
  }

  /** The event of a stream at a revision, unless it is truncated. */
  eventAt(streamName: string, revision: bigint): LoggedEvent | undefined {
    const stream = this.#streams.get(streamName);
    return stream === undefined || revision < this.firstRevisionOf(streamName)
      ? undefined
      : stream.events[Number(revision)];
  }

  /** The first revision that is not truncated. */
  firstRevisionOf(streamName: string): bigint {
    const stream = this.#streams.get(streamName);
    if (stream === undefined) return 0n;
    const byCount = stream.maxCount === undefined ? 0n : BigInt(stream.events.length) - stream.maxCount;
    return byCount > stream.truncateBefore ? byCount : stream.truncateBefore;
  }

  /** Where the first event at or after a position stands in `all`. */
  indexFrom(position: bigint): number {
    let low = 0;
    let high = this.all.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.all[middle]?.position ?? position) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Calls back after every write, until the returned function is called. */
  onWrite(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  #write(streamName: string, events: readonly (ProposedEvent & { readonly created: string })[]): bigint {
    const stream = this.#streams.get(streamName) ?? emptyStream();
    let position = this.#nextPosition;
    if (events.length === 0) this.#nextPosition += 99n; // an empty append writes a record all the same
    else this.#streams.set(streamName, stream);
    for (const event of events) {
      position = this.#nextPosition;
      const logged: LoggedEvent = { ...event, streamName, revision: BigInt(stream.events.length), position };
      stream.events.push(logged);
      this.all.push(logged);
      if (!this.#recent.has(event.id)) this.#recent.set(event.id, { streamName, revision: logged.revision });
      this.#nextPosition += BigInt(99 + event.type.length + event.data.length + event.metadata.length);
      if (streamName.startsWith('$$') && event.type === '$metadata')
        this.#applyMetadata(streamName.slice(2), event.data);
    }
    return position;
  }

  #writeTombstone(streamName: string): void {
    this.#write(streamName, []);
    const stream = this.#streams.get(streamName) ?? emptyStream();
    stream.tombstoned = true;
    this.#streams.set(streamName, stream);
    const event = systemEvent('$streamDeleted', '');
    this.all.push({ ...event, streamName, revision: endOfRevisions, position: this.#nextPosition });
    this.#nextPosition += 113n;
  }

  #applyMetadata(streamName: string, data: Uint8Array): void {
    const text = Buffer.from(data).toString('utf8');
    const truncateBefore = /"\$tb"\s*:\s*(\d+)/.exec(text)?.[1];
    const maxCount = /"\$maxCount"\s*:\s*(\d+)/.exec(text)?.[1];
    const stream = this.#streams.get(streamName) ?? emptyStream();
    stream.truncateBefore = BigInt(truncateBefore ?? 0);
    stream.maxCount = maxCount === undefined ? undefined : BigInt(maxCount);
    this.#streams.set(streamName, stream);
  }

  #truncate(streamName: string, before: bigint): void {
    this.#write(`$$${streamName}`, [systemEvent('$metadata', `{"$tb":${before}}`)]);
  }

  #tellListeners(): void {
    for (const listener of this.#listeners) listener();
  }

  #record(operation: Operation): void {
    if (this.#file !== undefined) writeSync(this.#file, `${JSON.stringify(operation)}\n`);
  }

  #replay(text: string): void {
    const lines = text.split('\n').slice(0, -1); // what follows the last line feed was cut off by a kill
    for (const line of lines) {
      const operation = JSON.parse(line) as Operation;
      if (operation.op === 'tombstone') this.#writeTombstone(operation.stream);
      else {
        const stream = this.#streams.get(operation.stream);
        const revival = isSoftDeleted(stream) && operation.events.length > 0 ? lastRevision(stream) + 1n : undefined;
        this.#write(operation.stream, operation.events.map(fromStored));
        if (revival !== undefined) this.#truncate(operation.stream, revival);
      }
    }
  }
}

const emptyStream = (): Stream => ({ events: [], truncateBefore: 0n, maxCount: undefined, tombstoned: false });

const lastRevision = (stream: Stream | undefined): bigint => BigInt(stream?.events.length ?? 0) - 1n;

const isSoftDeleted = (stream: Stream | undefined): boolean => stream?.truncateBefore === endOfRevisions;

const refuseDelete = (
  stream: Stream | undefined,
  expected: Expected,
  tombstoning: boolean,
): WriteOutcome | undefined => {
  if (stream?.tombstoned === true) return { kind: 'deleted' };
  const last = lastRevision(stream);
  const current = last === -1n ? undefined : last;
  const fits =
    expected === 'any'
      ? tombstoning || current !== undefined
      : expected === 'no_stream'
        ? tombstoning && current === undefined
        : expected === 'stream_exists'
          ? current !== undefined
          : expected === current;
  return fits ? undefined : { kind: 'wrong-expected-version', current };
};

const ticksNow = (): string => `${Date.now()}0000`;

const systemEvent = (type: string, data: string): ProposedEvent & { readonly created: string } => ({
  id: crypto.randomUUID(),
  type,
  contentType: 'application/json',
  data: Buffer.from(data),
  metadata: new Uint8Array(),
  created: ticksNow(),
});

const toStored = (event: ProposedEvent & { readonly created: string }): Stored => [
  event.id,
  event.type,
  event.contentType,
  Buffer.from(event.data).toString('base64'),
  Buffer.from(event.metadata).toString('base64'),
  event.created,
];

const fromStored = ([id, type, contentType, data, metadata, created]: Stored): ProposedEvent & {
  readonly created: string;
} => ({
  id,
  type,
  contentType,
  data: Buffer.from(data, 'base64'),
  metadata: Buffer.from(metadata, 'base64'),
  created,
});
