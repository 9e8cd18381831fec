import { randomUUID } from 'node:crypto';
import type { BatchAppendReq, BatchAppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import streamsClient from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { expect } from 'vitest';
import { streamIdentifier, uuidMessage } from '../messages.ts';
import { EmptyMessage, grpc, shared, streams } from '../protocol.ts';
import type { Play, Recorded, Stage } from './stage.fixture.ts';

const clientOf = (stage: Stage) => {
  const address = /esdb:\/\/([^?]+)/.exec(stage.connectionString)?.[1] ?? '';
  return new streamsClient.StreamsClient(address, grpc.credentials.createInsecure());
};

const readKinds = (response: ReadResp): string => {
  if (response.hasEvent()) return `EVENT ${response.getEvent()?.getEvent()?.getStreamRevision()}`;
  if (response.hasConfirmation()) return 'CONFIRMATION';
  if (response.hasCaughtUp()) return 'CAUGHT_UP';
  if (response.hasCheckpoint()) return 'CHECKPOINT';
  return response.hasStreamNotFound() ? 'STREAM_NOT_FOUND' : 'OTHER';
};

/** What one read says, message by message, up to a number of them, and how it ends. */
const read = (stage: Stage, fill: (options: ReadReq.Options) => void, stopAfter = Infinity) => {
  const options = new streams.ReadReq.Options();
  const uuids = new streams.ReadReq.Options.UUIDOption();
  uuids.setString(new shared.Empty());
  options.setUuidOption(uuids);
  options.setNoFilter(new shared.Empty());
  fill(options);
  const request = new streams.ReadReq();
  request.setOptions(options);
  const client = clientOf(stage);
  const call = client.read(request);
  return new Promise<{ messages: readonly string[]; status: string }>((resolve) => {
    const messages: string[] = [];
    const done = (status: string): void => {
      client.close();
      resolve({ messages, status });
    };
    call
      .on('data', (response: ReadResp) => {
        messages.push(readKinds(response));
        if (messages.length < stopAfter) return;
        call.cancel();
        done('stopped by us');
      })
      .on('end', () => done('OK end'))
      .on('error', (error: Error) => done(error.message));
  });
};

const recordedMessages = ({
  messages,
  status,
}: {
  messages: readonly { kind: string; rev?: string }[];
  status: string | { message: string };
}) => ({
  messages: messages.map(({ kind, rev }) => (rev === undefined ? kind : `${kind} ${rev}`)),
  status: typeof status === 'string' ? status : status.message,
});

const ofStream = (name: string, from: bigint | 'start' = 'start') => {
  const options = new streams.ReadReq.Options.StreamOptions();
  options.setStreamIdentifier(streamIdentifier(name));
  if (from === 'start') options.setStart(new shared.Empty());
  else options.setRevision(from.toString());
  return options;
};

const rawRead =
  (
    length: number,
    change: (options: ReadReq.Options, stream: string) => void,
    prepare: (stage: Stage, stream: string) => Promise<unknown> = async () => undefined,
    stopAfter?: number,
  ): Play =>
  async ({ outcome }, stage) => {
    const stream = stage.stream();
    if (length > 0)
      await stage.client.appendToStream(
        stream,
        Array.from({ length }, () => stage.event()),
      );
    await prepare(stage, stream);
    const found = await read(
      stage,
      (options) => {
        options.setStream(ofStream(stream));
        options.setCount('100');
        change(options, stream);
      },
      stopAfter,
    );
    const expected = recordedMessages(outcome);
    expect(found).toEqual({ ...expected, status: expected.status.replace(/'[^']*-X'/, `'${stream}'`) });
  };

const reads: ReadonlyMap<string, Play> = new Map<string, Play>([
  ['5-read.5', rawRead(0, () => undefined)],
  [
    '5-read.10',
    rawRead(
      2,
      () => undefined,
      (stage, stream) => stage.client.deleteStream(stream),
    ),
  ],
  [
    '5-read.15',
    rawRead(
      2,
      () => undefined,
      (stage, stream) => stage.client.tombstoneStream(stream),
    ),
  ],
  [
    '5-read.45',
    rawRead(
      20,
      () => undefined,
      (stage, stream) => stage.client.setStreamMetadata(stream, { maxCount: 2 }),
    ),
  ],
  ['5-read.55', rawRead(2, (options) => options.setCount('0'))],
  ['5-read.56', rawRead(2, () => undefined)],
  ['5-read.59', rawRead(2, (options) => options.clearUuidOption())],
  [
    '5-read.60',
    rawRead(2, (options) => {
      options.setSubscription(new streams.ReadReq.Options.SubscriptionOptions());
      options.setReadDirection(streams.ReadReq.Options.ReadDirection.BACKWARDS);
    }),
  ],
  ['5-read.61', rawRead(2, (options) => options.setFilter(new streams.ReadReq.Options.FilterOptions()))],
  [
    '5-read.62',
    rawRead(
      10,
      (options, stream) => {
        options.setStream(ofStream(stream, 7n));
        options.setSubscription(new streams.ReadReq.Options.SubscriptionOptions());
      },
      undefined,
      4,
    ),
  ],
]);

type Message = BatchAppendReq.ProposedMessage;

const message = (change: (message: Message) => void = () => undefined): Message => {
  const proposed = new streams.BatchAppendReq.ProposedMessage();
  proposed.setId(uuidMessage(randomUUID()));
  proposed.getMetadataMap().set('type', 't').set('content-type', 'application/json');
  proposed.setData(Buffer.from('{"a":1}').toString('base64'));
  change(proposed);
  return proposed;
};

interface Answer {
  readonly result: string;
  readonly detail: string | undefined;
  readonly form: 'string' | 'structured';
}

const answerOf = (response: BatchAppendResp): Answer => {
  const error = response.getError();
  const badRequest = error?.getDetails()?.unpack(shared.BadRequest.deserializeBinary, 'event_store.client.BadRequest');
  return {
    result: error === undefined ? 'success' : `${error.getCode()} ${error.getMessage()}`,
    detail: badRequest?.getMessage(),
    form: response.getCorrelationId()?.hasStructured() === true ? 'structured' : 'string',
  };
};

/** Sends one batch append and gathers so many answers to it. */
const batch = (
  stage: Stage,
  change: (request: BatchAppendReq, options: BatchAppendReq.Options, stream: string) => void,
  answers: number,
) => {
  const stream = stage.stream();
  const options = new streams.BatchAppendReq.Options();
  options.setStreamIdentifier(streamIdentifier(stream));
  options.setAny(new EmptyMessage());
  const request = new streams.BatchAppendReq();
  request.setCorrelationId(uuidMessage(randomUUID()));
  request.setOptions(options);
  request.setProposedMessagesList([message()]);
  request.setIsFinal(true);
  change(request, options, stream);
  const client = clientOf(stage);
  const call = client.batchAppend();
  return new Promise<readonly Answer[]>((resolve) => {
    const found: Answer[] = [];
    call
      .on('error', () => undefined)
      .on('data', (response: BatchAppendResp) => {
        found.push(answerOf(response));
        if (found.length < answers) return;
        call.cancel();
        client.close();
        resolve(found);
      });
    call.write(request);
  });
};

const recordedAnswers = ({ outcome }: Recorded): readonly Pick<Answer, 'result' | 'form'>[] =>
  (outcome as readonly { corr?: string; result?: string }[])
    .filter(({ result }) => result !== undefined)
    .map(({ corr, result }) => ({ result: result ?? '', form: corr === 'structured' ? 'structured' : 'string' }));

const rawAnswers =
  (change: Parameters<typeof batch>[1]): Play =>
  async (recorded, stage) => {
    const expected = recordedAnswers(recorded);
    const found = await batch(stage, change, expected.length);
    expect(found.map(({ result, form }) => ({ result, form }))).toEqual(expected);
  };

const proposing =
  (change: (message: Message) => void): Parameters<typeof batch>[1] =>
  (request) =>
    request.setProposedMessagesList([message(change)]);

const badId = proposing((proposed) => proposed.setId(uuidMessage('nope')));
const noType = proposing((proposed) => proposed.getMetadataMap().del('type'));
const emptyType = proposing((proposed) => proposed.getMetadataMap().set('type', ''));
const named =
  (name: string): Parameters<typeof batch>[1] =>
  (_request, options) =>
    options.setStreamIdentifier(streamIdentifier(name));

/** One refusal, compared with its detail. */
const refusal =
  (change: Parameters<typeof batch>[1]): Play =>
  async ({ outcome }, stage) => {
    const {
      code,
      message: name,
      detail,
    } = (outcome.error ?? outcome.resp.error) as { code: number; message: string; detail: { message?: string } };
    const [answer] = await batch(stage, change, 1);
    expect(answer).toMatchObject({ result: `${code} ${name}`, detail: detail.message });
  };

const batches: ReadonlyMap<string, Play> = new Map<string, Play>([
  ['12-double-answer.1', rawAnswers(badId)],
  ['12-double-answer.3', rawAnswers(emptyType)],
  ['12-double-answer.4', rawAnswers(proposing((proposed) => proposed.setData(new Uint8Array(1_048_577))))],
  ['12-double-answer.5', rawAnswers(() => undefined)],
  ['12-double-answer.6', rawAnswers((request) => request.setIsFinal(false))],
  ['12-double-answer.11', rawAnswers(named(''))],
  ['12-double-answer.12', rawAnswers(named('$$'))],
  ['12-double-answer.13', rawAnswers(noType)],
  ['12-double-answer.14', rawAnswers((_request, options) => options.clearAny())],
  ['8-validation.26', refusal(noType)],
  ['8-validation.27', refusal(proposing((proposed) => proposed.getMetadataMap().del('content-type')))],
  ['8-validation.28', refusal(emptyType)],
  [
    '8-validation.29',
    refusal(proposing((proposed) => proposed.setId(uuidMessage('00000000-0000-0000-0000-000000000000')))),
  ],
  ['8-validation.30', refusal(proposing((proposed) => proposed.clearId()))],
  ['8-validation.31', refusal(badId)],
  ['8-validation.35', refusal(named(''))],
  ['8-validation.72', refusal((request) => request.setIsFinal(false))],
]);

/** Cases that no client's method leads to: they speak the protocol. */
export const rawPlays = (id: string): Play | undefined => reads.get(id) ?? batches.get(id);
