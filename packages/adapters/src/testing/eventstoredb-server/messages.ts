import type { UUID } from '@eventstore/db-client/generated/shared_pb.js';
import type { AppendResp, BatchAppendResp, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Metadata } from '@grpc/grpc-js';
import type { Expected } from './decide-append.ts';
import type { LoggedEvent, WriteOutcome } from './log.ts';
import { type Any, AnyMessage, EmptyMessage, grpc, rpcStatus, shared, streams } from './protocol.ts';

/** How a call fails: a gRPC status, and the trailers by which the client tells the cause. */
export interface CallFailure {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

export const failure = (
  code: number,
  details: string,
  trailers: Readonly<Record<string, string>> = {},
): CallFailure => {
  const metadata = new grpc.Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return { code, details, metadata };
};

/** To whoever asks by a call of its own; a batch has an answer for it. */
export const notReady = (): CallFailure => failure(grpc.status.UNAVAILABLE, 'Server Is Not Ready');

export const streamDeleted = (streamName: string): CallFailure =>
  failure(grpc.status.FAILED_PRECONDITION, `Event stream '${streamName}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': encodeURI(streamName),
  });

export const handlerThrew = (): CallFailure => failure(grpc.status.UNKNOWN, 'Exception was thrown by handler.');

export const streamIdentifier = (name: string) => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(name, 'utf8').toString('base64'));
  return identifier;
};

/** The id in string form, of whichever form it was sent in. */
export const uuidText = (uuid: UUID | undefined): string | undefined => {
  if (uuid === undefined) return undefined;
  const structured = uuid.getStructured();
  if (structured === undefined) return uuid.getString();
  const half = (bits: string): string => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0');
  const hex = half(structured.getMostSignificantBits()) + half(structured.getLeastSignificantBits());
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

export const uuidMessage = (text: string): UUID => {
  const uuid = new shared.UUID();
  uuid.setString(text);
  return uuid;
};

/** The same id in its other form, as a node gives it in the second answer after a refusal. */
export const structuredUuid = (text: string): UUID => {
  const hex = text.replaceAll('-', '');
  const half = (from: number): string => BigInt.asIntN(64, BigInt(`0x${hex.slice(from, from + 16)}`)).toString();
  const structured = new shared.UUID.Structured();
  structured.setMostSignificantBits(half(0));
  structured.setLeastSignificantBits(half(16));
  const uuid = new shared.UUID();
  uuid.setStructured(structured);
  return uuid;
};

export const readEvent = (event: LoggedEvent): ReadResp => {
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(uuidMessage(event.id));
  recorded.setStreamIdentifier(streamIdentifier(event.streamName));
  recorded.setStreamRevision(event.revision.toString());
  recorded.setPreparePosition(event.position.toString());
  recorded.setCommitPosition(event.position.toString());
  recorded.getMetadataMap().set('type', event.type);
  recorded.getMetadataMap().set('created', event.created);
  recorded.getMetadataMap().set('content-type', event.contentType);
  recorded.setCustomMetadata(event.metadata);
  recorded.setData(event.data);
  const readable = new streams.ReadResp.ReadEvent();
  readable.setEvent(recorded);
  readable.setCommitPosition(event.position.toString());
  const response = new streams.ReadResp();
  response.setEvent(readable);
  return response;
};

export const confirmation = (): ReadResp => {
  const confirmed = new streams.ReadResp.SubscriptionConfirmation();
  confirmed.setSubscriptionId(crypto.randomUUID());
  const response = new streams.ReadResp();
  response.setConfirmation(confirmed);
  return response;
};

export const caughtUp = (): ReadResp => {
  const response = new streams.ReadResp();
  response.setCaughtUp(new streams.ReadResp.CaughtUp());
  return response;
};

export const checkpoint = (position: bigint): ReadResp => {
  const reached = new streams.ReadResp.Checkpoint();
  reached.setCommitPosition(position.toString());
  reached.setPreparePosition(position.toString());
  const response = new streams.ReadResp();
  response.setCheckpoint(reached);
  return response;
};

export const streamNotFound = (streamName: string): ReadResp => {
  const notFound = new streams.ReadResp.StreamNotFound();
  notFound.setStreamIdentifier(streamIdentifier(streamName));
  const response = new streams.ReadResp();
  response.setStreamNotFound(notFound);
  return response;
};

const setCurrent = (
  target: {
    setCurrentRevision(value: string): unknown;
    setNoStream(value: InstanceType<typeof shared.Empty>): unknown;
  },
  revision: bigint | undefined,
): void => {
  if (revision === undefined) target.setNoStream(new shared.Empty());
  else target.setCurrentRevision(revision.toString());
};

/** The classic Append's answer; a deleted stream is a failed call instead. */
export const appendResponse = (outcome: Exclude<WriteOutcome, { kind: 'deleted' }>, expected: Expected): AppendResp => {
  const response = new streams.AppendResp();
  if (outcome.kind === 'success') {
    const success = new streams.AppendResp.Success();
    setCurrent(success, outcome.revision);
    if (outcome.position === undefined) success.setNoPosition(new shared.Empty());
    else {
      const position = new streams.AppendResp.Position();
      position.setCommitPosition(outcome.position.toString());
      position.setPreparePosition(outcome.position.toString());
      success.setPosition(position);
    }
    response.setSuccess(success);
    return response;
  }
  const conflict = new streams.AppendResp.WrongExpectedVersion();
  if (outcome.current === undefined) conflict.setCurrentNoStream(new shared.Empty());
  else conflict.setCurrentRevision(outcome.current.toString());
  if (expected === 'any') conflict.setExpectedAny(new shared.Empty());
  else if (expected === 'stream_exists') conflict.setExpectedStreamExists(new shared.Empty());
  else if (expected === 'no_stream') conflict.setExpectedNoStream(new shared.Empty());
  else conflict.setExpectedRevision(expected.toString());
  response.setWrongExpectedVersion(conflict);
  return response;
};

/** What a batch append is answered with when it is not written. */
export type BatchError =
  | 'WrongExpectedVersion'
  | 'StreamDeleted'
  | 'AccessDenied'
  | 'Timeout'
  | 'MaximumAppendSizeExceeded'
  | 'BadRequest'
  | 'Server Is Not Ready'
  | 'Server Is Busy'
  | 'No leader info available in response';

interface Packable {
  serializeBinary(): Uint8Array;
}

const batchErrorCodes: Readonly<Record<BatchError, number>> = {
  WrongExpectedVersion: 6,
  StreamDeleted: 5,
  AccessDenied: 7,
  Timeout: 4,
  MaximumAppendSizeExceeded: 3,
  BadRequest: 3,
  'Server Is Not Ready': 0,
  'Server Is Busy': 0,
  'No leader info available in response': 0,
};

const pack = (name: BatchError, details: Packable | undefined): Any => {
  const any = new AnyMessage();
  if (details === undefined) any.pack(new EmptyMessage().serializeBinary(), 'google.protobuf.Empty');
  else any.pack(details.serializeBinary(), `event_store.client.${name}`);
  return any;
};

/** An answer that says no. `details` is absent for the three that a node sends without any. */
export const batchError = (streamName: string, name: BatchError, details?: Packable): BatchAppendResp => {
  const status = new rpcStatus.Status();
  status.setCode(batchErrorCodes[name]);
  status.setMessage(name);
  status.setDetails(pack(name, details));
  const response = new streams.BatchAppendResp();
  response.setError(status);
  response.setStreamIdentifier(streamIdentifier(streamName));
  return response;
};

const wrongExpectedVersion = (current: bigint | undefined, expected: Expected): Packable => {
  const details = new shared.WrongExpectedVersion();
  if (current === undefined) details.setCurrentNoStream(new EmptyMessage());
  else details.setCurrentStreamRevision(current.toString());
  if (expected === 'any') details.setExpectedAny(new EmptyMessage());
  else if (expected === 'stream_exists') details.setExpectedStreamExists(new EmptyMessage());
  else if (expected === 'no_stream') details.setExpectedNoStream(new EmptyMessage());
  else details.setExpectedStreamPosition(expected.toString());
  return details;
};

export const batchResponse = (streamName: string, outcome: WriteOutcome, expected: Expected): BatchAppendResp => {
  switch (outcome.kind) {
    case 'deleted':
      return batchError(streamName, 'StreamDeleted', new shared.StreamDeleted());
    case 'wrong-expected-version':
      return batchError(streamName, 'WrongExpectedVersion', wrongExpectedVersion(outcome.current, expected));
    case 'success': {
      const success = new streams.BatchAppendResp.Success();
      if (outcome.revision === undefined) success.setNoStream(new EmptyMessage());
      else success.setCurrentRevision(outcome.revision.toString());
      if (outcome.position === undefined) success.setNoPosition(new EmptyMessage());
      else {
        const position = new shared.AllStreamPosition();
        position.setCommitPosition(outcome.position.toString());
        position.setPreparePosition(outcome.position.toString());
        success.setPosition(position);
      }
      const response = new streams.BatchAppendResp();
      response.setSuccess(success);
      response.setStreamIdentifier(streamIdentifier(streamName));
      return response;
    }
  }
};
