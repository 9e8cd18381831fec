import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { sendUnaryData, ServerReadableStream } from '@grpc/grpc-js';
import type { Expected } from './decide-append.ts';
import * as messages from './messages.ts';
import { checkName, eventOf, sizeOf } from './proposed-events.ts';
import { grpc } from './protocol.ts';
import { refuseCall, type ServingNode, whileHeld } from './serving-node.ts';
import { write } from './write-events.ts';

type AppendCall = ServerReadableStream<AppendReq, AppendResp>;

/** Serves `Streams/Append`: one append a call; the end of the requests triggers the write. */
export const handleAppend = (node: ServingNode, call: AppendCall, callback: sendUnaryData<AppendResp>): void => {
  node.statistics.classicAppends += 1;
  let options: AppendReq.Options | undefined;
  const proposed: AppendReq.ProposedMessage[] = [];
  call.on('data', (request: AppendReq) => {
    options ??= request.getOptions();
    const message = request.getProposedMessage();
    if (message !== undefined) proposed.push(message);
  });
  call.on('error', () => undefined);
  call.on('end', () => {
    void classicAppend(node, call, options, proposed).then(
      (response) => callback(null, response),
      (error: unknown) => callback(error instanceof ClassicFailure ? error.failure : messages.handlerThrew()),
    );
  });
};

class ClassicFailure extends Error {
  readonly failure: messages.CallFailure;
  constructor(failure: messages.CallFailure) {
    super(failure.details);
    this.failure = failure;
  }
}

const classicExpected = (options: AppendReq.Options): Expected => {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasStreamExists()) return 'stream_exists';
  if (options.hasRevision()) return BigInt(options.getRevision());
  const reason =
    "'None' is not a valid EventStore.Client.Streams.AppendReq+Types+Options+ExpectedStreamRevisionOneofCase";
  throw new ClassicFailure(messages.failure(grpc.status.INVALID_ARGUMENT, reason));
};

const classicAppend = async (
  node: ServingNode,
  call: AppendCall,
  options: AppendReq.Options | undefined,
  proposed: readonly AppendReq.ProposedMessage[],
): Promise<AppendResp> => {
  await whileHeld(node);
  const refusal = refuseCall(node, call.metadata);
  if (refusal !== undefined) throw new ClassicFailure(refusal);
  if (options === undefined) throw new ClassicFailure(messages.handlerThrew());
  const name = Buffer.from(options.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');
  const expected = classicExpected(options);
  checkName(name);
  for (const message of proposed) {
    const missing = ['type', 'content-type'].find((key) => !message.getMetadataMap().has(key));
    if (missing === undefined) continue;
    throw new ClassicFailure(
      messages.failure(grpc.status.INVALID_ARGUMENT, `Required Metadata Property '${missing}' is missing`, {
        exception: 'missing-required-metadata-property',
        'required-metadata-properties': 'type,content-type',
      }),
    );
  }
  const events = proposed.map(eventOf);
  if (sizeOf(events) > node.maxAppendSize) {
    throw new ClassicFailure(
      messages.failure(grpc.status.INVALID_ARGUMENT, `Maximum Append Size of ${node.maxAppendSize} Exceeded.`, {
        exception: 'maximum-append-size-exceeded',
        'maximum-append-size': String(node.maxAppendSize),
      }),
    );
  }
  const outcome = await write(node, name, expected, events);
  if (outcome === 'timeout') throw new ClassicFailure(messages.failure(grpc.status.ABORTED, 'Commit phase timeout.'));
  if (outcome.kind === 'deleted') throw new ClassicFailure(messages.streamDeleted(name));
  return messages.appendResponse(outcome, expected);
};
