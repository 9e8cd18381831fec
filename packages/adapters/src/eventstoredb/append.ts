import {
  AppendOutcomeUnknown,
  type AppendResult,
  ExpectedRevisionConflict,
  type RecordedEvent,
} from '@integration-settings/domain';
import type { EncodedEvent } from '../event-store/encoded-event.ts';
import { type Client, currentRevisionOf } from './client.ts';
import type { Connection, Ticket } from './connection.ts';
import { accessDenied, AppendTooLarge, deleted, refused, unavailable } from './errors.ts';
import { classify, isOfWholeCall, outlivesReconnect, reasonOf, Silent } from './failure.ts';
import { Patience } from './patience.ts';
import { largestRevision, lastOf, readRange } from './read-stream.ts';

/** An append to a stream that must be at one revision: the only kind that may be repeated. */
export interface ExactAppend {
  readonly streamName: string;
  readonly events: readonly EncodedEvent[];
  readonly expectedRevision: bigint | 'no_stream';
  readonly signal?: AbortSignal | undefined;
}

/**
 * Appends, and tries again with the same event ids and the same expected revision until the server's answer decides.
 *
 * The signal counts as long as nothing can have been written.
 *
 * @param patience - that of a longer call, where the append is a part of one
 * @throws ExpectedRevisionConflict, AppendTooLarge, StoreCorrupted where the stream was deleted; after `giveUpAfterMs`
 * AppendOutcomeUnknown where a try may have been written, else StoreUnavailable
 */
export const appendExactly = async (
  connection: Connection,
  append: ExactAppend,
  giveUpAfterMs: number,
  patience = new Patience(giveUpAfterMs),
): Promise<AppendResult> => {
  const { streamName, expectedRevision, signal } = append;
  if (typeof expectedRevision === 'bigint' && expectedRevision > largestRevision) {
    const last = await lastOf(connection, streamName, patience.leftMs, signal);
    throw new ExpectedRevisionConflict(streamName, expectedRevision, last?.revision ?? 'no_stream');
  }
  const ticket = connection.begin();
  try {
    return await untilDecided(connection, ticket, append, giveUpAfterMs, patience);
  } finally {
    connection.decided(ticket);
  }
};

const untilDecided = async (
  connection: Connection,
  ticket: Ticket,
  append: ExactAppend,
  giveUpAfterMs: number,
  patience: Patience,
): Promise<AppendResult> => {
  const { streamName, signal } = append;
  let mayBeWritten = false;
  let lastError: unknown;
  const giveUp = (error: unknown): Error =>
    mayBeWritten ? new AppendOutcomeUnknown(streamName, reasonOf(error), { cause: error }) : unavailable(error);
  for (let denials = 0; ;) {
    const hasTurn =
      connection.hasTurn(ticket) || (await connection.turn(ticket, patience.leftMs, mayBeWritten ? undefined : signal));
    if (!mayBeWritten) signal?.throwIfAborted();
    if (!hasTurn) throw giveUp(lastError ?? new Silent(giveUpAfterMs));
    const { error, result } = await tryOnce(connection, append);
    if (result !== undefined) return withPosition(connection, append, result, giveUpAfterMs);
    const failure = classify(error);
    if (failure === 'conflict') return resolveConflict(connection, append, error, giveUpAfterMs);
    if (failure === 'deleted') throw deleted(streamName, error);
    if (failure === 'too-large')
      throw new AppendTooLarge(streamName, sizeOf(append.events), undefined, { cause: error });
    if (failure === 'refused' && !mayBeWritten) throw refused(streamName, error);
    // A denial of the whole call may be that of another client in the process; one of ours comes again.
    if (failure === 'denied') denials += isOfWholeCall(error) ? 1 : 2;
    else if (failure !== 'unsent' && failure !== 'not-leader') mayBeWritten = true;
    if (denials > 1) throw mayBeWritten ? giveUp(error) : accessDenied(error);
    if (patience.isOver) throw giveUp(error);
    lastError = error;
    // The others wait for the oldest.
    if (failure !== 'silent' && connection.isOldest(ticket)) await patience.pause(mayBeWritten ? undefined : signal);
  }
};

/** As the server counts. */
export const sizeOf = (events: readonly EncodedEvent[]): number =>
  events.reduce(
    (sum, { type, data, metadata }) => sum + Buffer.byteLength(data) + Buffer.byteLength(metadata) + 2 * type.length,
    0,
  );

type Written = Awaited<ReturnType<Client['append']>>;

/** One try. After it the connection is such that the next try has a chance. */
const tryOnce = async (
  connection: Connection,
  { streamName, events, expectedRevision }: ExactAppend,
): Promise<{ readonly result?: Written; readonly error?: unknown }> => {
  const { client } = connection;
  try {
    const result = await connection.answerOf(client.append(streamName, events, expectedRevision));
    connection.hasAnswered(client);
    return { result };
  } catch (error) {
    afterFailedTry(connection, client, error);
    return { error };
  }
};

const afterFailedTry = (connection: Connection, client: Client, error: unknown): void => {
  const failure = classify(error);
  // Silent is deaf, or bound to a node that hangs; after a refusal a second answer makes it deaf.
  if (failure === 'silent' || failure === 'refused' || outlivesReconnect(error)) connection.replace(client);
  else if (isOfWholeCall(error)) connection.mayReconnect();
  else connection.hasAnswered(client);
};

/** A conflict may be with one's own earlier try: then the stream holds exactly these events where they were to stand. */
const resolveConflict = async (
  connection: Connection,
  { streamName, events, expectedRevision }: ExactAppend,
  error: unknown,
  giveUpAfterMs: number,
): Promise<AppendResult> => {
  const actual = currentRevisionOf(error);
  const first = expectedRevision === 'no_stream' ? 0n : expectedRevision + 1n;
  if (actual !== 'no_stream' && actual >= first + BigInt(events.length) - 1n) {
    const range = { from: first, direction: 'forwards', maxCount: events.length } as const;
    const there: RecordedEvent[] = [];
    for await (const batch of readRange(connection, streamName, range, giveUpAfterMs)) there.push(...batch);
    const last = there.at(-1);
    const isOurs = there.length === events.length && there.every(({ id }, index) => id === events[index]?.id);
    if (isOurs && last !== undefined) return { revision: last.revision, position: last.position };
  }
  throw new ExpectedRevisionConflict(streamName, expectedRevision, actual, { cause: error });
};

/** The answer to a repeat may leave the position out: then the event itself tells it. */
const withPosition = async (
  connection: Connection,
  { streamName }: ExactAppend,
  { revision, position }: Written,
  giveUpAfterMs: number,
): Promise<AppendResult> => {
  if (position !== undefined) return { revision, position };
  const range = { from: revision, direction: 'forwards', maxCount: 1 } as const;
  for await (const [event] of readRange(connection, streamName, range, giveUpAfterMs)) {
    if (event?.revision === revision) return { revision, position: event.position };
  }
  throw deleted(streamName);
};
