import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { EventStoreDBClient } from '@eventstore/db-client';
import type { AppendExpectedRevision, EventData } from '@eventstore/db-client';

/** A case that was played against a real node, with its answer. */
export interface Recorded {
  readonly id: string;
  readonly what: string;
  readonly path: 'batch' | 'classic' | '-';
  readonly request?: Readonly<Record<string, string>>;
  // oxlint-disable-next-line typescript/no-explicit-any -- as varied as the answers are
  readonly outcome: any;
}

const file = new URL('./transcripts.fixture.json', import.meta.url);

export const transcripts = (JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Recorded[] }).cases;

/** Plays one case again and expects the same answer. */
export type Play = (recorded: Recorded, stage: Stage) => Promise<void>;

/** The ids of a test by one letter each. */
type Ids = Map<string, string>;

/** What a play needs: the bare client, and streams of its own. */
export class Stage {
  readonly client: EventStoreDBClient;
  /** A client that does not throw on conflicts. */
  readonly lenient: EventStoreDBClient;
  readonly connectionString: string;
  #ids: Ids = new Map();

  constructor(connectionString: string) {
    this.connectionString = connectionString;
    this.client = EventStoreDBClient.connectionString(connectionString);
    this.lenient = EventStoreDBClient.connectionString(`${connectionString}&throwOnAppendFailure=false`);
  }

  stream(name = 's'): string {
    return `${name}-${randomUUID()}`;
  }

  event(letter = '', data: Record<string, unknown> = { a: 1 }, type = 't'): EventData {
    return { id: this.#idOf(letter), type, contentType: 'application/json', data, metadata: undefined };
  }

  events(letters: string): EventData[] {
    return letters === '' ? [] : letters.split(' ').map((letter) => this.event(letter));
  }

  /** Letters are other ids from here on. */
  forgetIds(): void {
    this.#ids = new Map();
  }

  /** @returns in one line, what the client made of it */
  async append(
    path: Recorded['path'],
    stream: string,
    events: EventData[],
    expectedRevision: string,
    client = this.client,
  ): Promise<string> {
    try {
      const result = await client.appendToStream(stream, events, {
        expectedRevision: revisionOf(expectedRevision),
        ...(path === 'classic' ? { credentials: { username: 'admin', password: 'changeit' } } : {}),
      });
      const said = result.success ? 'success' : 'no success';
      return `${said} ${result.nextExpectedRevision}n, ${result.position === undefined ? 'no position' : 'position'}`;
    } catch (error) {
      return summaryOf(error);
    }
  }

  /** The events of a stream as `revision:letter`, or the type of the error. */
  async letters(stream: string): Promise<string> {
    try {
      const found: string[] = [];
      for await (const { event } of this.client.readStream(stream)) {
        found.push(`${event?.revision}:${[...this.#ids].find(([, id]) => id === event?.id)?.[0] ?? '?'}`);
      }
      return found.join(' ');
    } catch (error) {
      return String((error as { type?: unknown }).type);
    }
  }

  async dispose(): Promise<void> {
    await Promise.all([this.client.dispose(), this.lenient.dispose()]);
  }

  #idOf(letter: string): string {
    const known = letter === '' ? undefined : this.#ids.get(letter);
    const id = known ?? randomUUID();
    if (letter !== '') this.#ids.set(letter, id);
    return id;
  }
}

const revisionOf = (text: string): AppendExpectedRevision =>
  text.endsWith('n') ? BigInt(text.slice(0, -1)) : (text as AppendExpectedRevision);

/** An error in one line: its class and what it carries. */
export const summaryOf = (thrown: unknown): string => {
  const error = thrown as Record<string, unknown>;
  const details = [
    error['actualVersion'] === undefined ? '' : ` actual ${withN(error['actualVersion'])}`,
    error['maxAppendSize'] === undefined ? '' : ` max ${Number(error['maxAppendSize'])}`,
    error['code'] === undefined ? '' : ` code ${Number(error['code'])}`,
  ];
  const name = typeof error['class'] === 'string' ? error['class'] : (thrown as Error).constructor.name;
  return name + details.join('');
};

const withN = (value: unknown): string => (typeof value === 'bigint' ? `${value}n` : String(value));

/** The recorded answer to an append, in the same line. */
export const recordedSummary = (outcome: unknown): string => {
  if (typeof outcome === 'string') return outcome.replace(/, \d+ ms$/, '');
  const { error = outcome, success, nextExpectedRevision, position } = outcome as Record<string, unknown>;
  if (success === undefined) return summaryOf(error);
  return `${success === true ? 'success' : 'no success'} ${String(nextExpectedRevision)}, ${position === undefined ? 'no position' : 'position'}`;
};
