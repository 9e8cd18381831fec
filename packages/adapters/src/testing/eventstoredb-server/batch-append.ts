import type { UUID } from '@eventstore/db-client/generated/shared_pb.js';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Expected } from './decide-append.ts';
import type { ProposedEvent, WriteOutcome } from './log.ts';
import * as messages from './messages.ts';
import { BadRequest, checkName, eventOf, sizeOf } from './proposed-events.ts';
import { grpc, shared } from './protocol.ts';
import { refuseCall, type ServingNode, whileHeld } from './serving-node.ts';
import { write, writeTimeoutMs } from './write-events.ts';

interface Correlation {
  readonly options: BatchAppendReq.Options | undefined;
  readonly messages: BatchAppendReq.ProposedMessage[];
  timer: NodeJS.Timeout | undefined;
}

type BatchCall = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;

/** The calls whose first append since the server was told to stop has been written, and answered with a time-out. */
const cutShort = new WeakSet<BatchCall>();

/** Serves `Streams/BatchAppend`: many appends on one call, told apart by their correlation ids. */
export const handleBatchAppend = (node: ServingNode, call: BatchCall): void => {
  node.statistics.openBatches += 1;
  call.once('close', () => (node.statistics.openBatches -= 1));
  const refusal = refuseCall(node, call.metadata);
  if (refusal !== undefined) {
    call.emit('error', refusal);
    return;
  }
  const correlations = new Map<string, Correlation>();
  let pending: Promise<void> = Promise.resolve();
  const answer = (id: UUID, response: BatchAppendResp): void => {
    if (call.cancelled || call.destroyed || call.writableEnded) return;
    response.setCorrelationId(id);
    call.write(response);
  };
  call.on('data', (request: BatchAppendReq) => {
    const id = messages.uuidText(request.getCorrelationId()) ?? '';
    const uuid = messages.uuidMessage(id);
    const options = request.getOptions();
    const known = correlations.get(id);
    if (known === undefined && options === undefined) return; // a node ignores it too
    const correlation = known ?? { options, messages: [], timer: undefined };
    correlations.set(id, correlation);
    correlation.messages.push(...request.getProposedMessagesList());
    if (!request.getIsFinal()) {
      correlation.timer ??= setTimeout(() => {
        correlations.delete(id);
        answer(messages.structuredUuid(id), messages.batchError(streamOf(options), 'Timeout', new shared.Timeout()));
      }, writeTimeoutMs);
      return;
    }
    clearTimeout(correlation.timer);
    correlations.delete(id);
    node.statistics.batchAppends += 1;
    const run = (): Promise<void> =>
      appendOne(
        node,
        call,
        correlation,
        (response) => answer(uuid, response),
        (response) => answer(messages.structuredUuid(id), response),
      );
    // A delay holds the order of a call's writes no more than a node's time-out does; without one they come in order.
    if (node.faults.current.delayAppendsMs === undefined) pending = pending.then(run);
    else void run();
  });
  call.on('end', () => void pending.then(() => call.end()));
  call.on('error', () => undefined);
};

const streamOf = (options: BatchAppendReq.Options | undefined): string =>
  Buffer.from(options?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');

const batchExpected = (options: BatchAppendReq.Options): Expected => {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasStreamExists()) return 'stream_exists';
  if (options.hasStreamPosition()) return BigInt(options.getStreamPosition());
  throw new BadRequest("'None' is not a valid ExpectedStreamPositionOneofCase");
};

const appendOne = async (
  node: ServingNode,
  call: BatchCall,
  { options, messages: proposed }: Correlation,
  answer: (response: BatchAppendResp) => void,
  answerAgain: (response: BatchAppendResp) => void,
): Promise<void> => {
  if (options === undefined) return;
  await whileHeld(node);
  const name = streamOf(options);
  const { faults } = node;
  const timeout = (): BatchAppendResp => messages.batchError(name, 'Timeout', new shared.Timeout());
  const refuse = (reason: string, twice: boolean): void => {
    const details = new shared.BadRequest();
    details.setMessage(reason);
    answer(messages.batchError(name, 'BadRequest', details));
    if (!twice) return;
    setTimeout(() => {
      node.statistics.secondAnswers += 1;
      answerAgain(timeout());
    }, writeTimeoutMs);
  };
  if (faults.strikes('ignoreAppends')) return;
  const isCutShort = node.isStopping() && !cutShort.has(call);
  if (isCutShort) cutShort.add(call);
  else if (node.isStopping()) return answer(messages.batchError(name, 'Server Is Not Ready'));
  if (node.leader() === undefined || faults.strikes('notReady'))
    return answer(messages.batchError(name, 'Server Is Not Ready'));
  if (faults.strikes('busy')) return answer(messages.batchError(name, 'Server Is Busy'));
  if (faults.strikes('denyAppends'))
    return answer(messages.batchError(name, 'AccessDenied', new shared.AccessDenied()));
  if (faults.strikes('refuseAppends')) return refuse('Refused on request.', true);
  const deadline = options.getDeadline();
  if (deadline !== undefined && deadline.toDate().getTime() < Date.now()) return answer(timeout());
  let events: readonly ProposedEvent[];
  let expected: Expected;
  try {
    checkName(name);
    expected = batchExpected(options);
  } catch (error) {
    return refuse((error as Error).message, false);
  }
  try {
    events = proposed.map(eventOf);
  } catch (error) {
    return refuse((error as Error).message, true);
  }
  if (sizeOf(events) > node.maxAppendSize) {
    const details = new shared.MaximumAppendSizeExceeded();
    details.setMaxappendsize(node.maxAppendSize);
    return answer(messages.batchError(name, 'MaximumAppendSizeExceeded', details));
  }
  const outcome = await write(node, name, expected, events);
  if (outcome === 'timeout') return answer(timeout());
  if (faults.strikes('loseAcknowledgements')) return;
  if (isCutShort || faults.strikes('timeOutAppends')) return answer(timeout());
  if (faults.strikes('endBatchStreams')) {
    call.end();
    return;
  }
  if (faults.strikes('breakBatchStreams')) {
    call.emit('error', messages.failure(grpc.status.UNAVAILABLE, 'Broken on request.'));
    return;
  }
  answer(messages.batchResponse(name, withoutPosition(node, outcome), expected));
};

const withoutPosition = (node: ServingNode, outcome: WriteOutcome): WriteOutcome =>
  outcome.kind === 'success' && node.faults.strikes('hidePositions') ? { ...outcome, position: undefined } : outcome;
