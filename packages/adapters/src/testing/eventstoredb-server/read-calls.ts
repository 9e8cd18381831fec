import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { LoggedEvent } from './log.ts';
import * as messages from './messages.ts';
import { grpc, streams } from './protocol.ts';
import { refuseCall, type ServingNode, whileReadsHeld } from './serving-node.ts';

type ReadCall = ServerWritableStream<ReadReq, ReadResp>;
type Options = ReadReq.Options;

const Direction = streams.ReadReq.Options.ReadDirection;

/** Thrown inside a handler to end its call with a status. */
class Failed extends Error {
  readonly failure: messages.CallFailure;
  constructor(failure: messages.CallFailure) {
    super(failure.details);
    this.failure = failure;
  }
}

const fail = (code: number, details: string): never => {
  throw new Failed(messages.failure(code, details));
};

/** Serves `Streams/Read`: reads of a stream and of $all, and the subscriptions to both. */
export const handleRead = async (node: ServingNode, call: ReadCall): Promise<void> => {
  const options = call.request.getOptions();
  const subscribing = options?.hasSubscription() === true;
  const open = subscribing ? 'openSubscriptions' : 'openReads';
  node.statistics[open] += 1;
  node.statistics.reads += 1;
  call.once('close', () => (node.statistics[open] -= 1));
  try {
    await whileReadsHeld(node);
    if (node.faults.strikes('notReadyReads')) throw new Failed(messages.notReady());
    const refusal = refuseCall(node, call.metadata);
    if (refusal !== undefined) throw new Failed(refusal);
    await serve(node, call, options);
    if (!call.cancelled) call.end();
  } catch (error) {
    if (!call.cancelled) call.emit('error', error instanceof Failed ? error.failure : messages.handlerThrew());
  }
};

const serve = async (node: ServingNode, call: ReadCall, options: Options | undefined): Promise<void> => {
  if (options === undefined) throw new Failed(messages.handlerThrew());
  if (!options.hasUuidOption()) fail(grpc.status.INVALID_ARGUMENT, '');
  const target = options.hasStream() ? 'Stream' : 'All';
  const kind = options.hasSubscription() ? 'Subscription' : 'Count';
  const backwards = options.getReadDirection() === Direction.BACKWARDS;
  if ((backwards && kind === 'Subscription') || (options.hasFilter() && target === 'Stream')) {
    const parts = [target, kind, backwards ? 'Backwards' : 'Forwards', options.hasFilter() ? 'Filter' : 'NoFilter'];
    fail(grpc.status.INVALID_ARGUMENT, `The combination of (${parts.join(', ')}) is invalid.`);
  }
  if (target === 'Stream') {
    if (kind === 'Count') return readStream(node, call, options, backwards);
    return subscribeToStream(node, call, options);
  }
  if (kind === 'Count') return readAll(node, call, options, backwards);
  return subscribeToAll(node, call, options);
};

/** Sends one message with back-pressure. @returns whether the caller still listens */
const send = async (node: ServingNode, call: ReadCall, message: ReadResp): Promise<boolean> => {
  if (node.isHeld() || node.readsAreHeld()) await whileReadsHeld(node);
  if (node.isStopping()) await breakOff(call);
  if (call.cancelled) return false;
  if (call.write(message)) return true;
  await new Promise<void>((resolve) => {
    const goOn = (): void => {
      for (const event of ['drain', 'cancelled', 'close']) call.off(event, goOn);
      resolve();
    };
    for (const event of ['drain', 'cancelled', 'close']) call.once(event, goOn);
  });
  return !call.cancelled;
};

/** A server that stops fails the reads that are under way, and leaves subscriptions without a word until they are reset. */
const breakOff = async (call: ReadCall): Promise<void> => {
  if (call.request.getOptions()?.hasSubscription() !== true) throw new Failed(messages.notReady());
  if (!call.cancelled) await new Promise<void>((resolve) => call.once('cancelled', resolve));
};

const nameOf = (options: Options): string =>
  Buffer.from(options.getStream()?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');

const readStream = async (node: ServingNode, call: ReadCall, options: Options, backwards: boolean): Promise<void> => {
  const name = nameOf(options);
  const from = options.getStream();
  const state = node.log.stateOf(name);
  if (state === 'tombstoned') throw new Failed(messages.streamDeleted(name));
  const count = BigInt(options.getCount());
  if (count === 0n || (from?.hasEnd() === true && !backwards)) {
    fail(grpc.status.UNKNOWN, 'Unexpected ReadStreamResult: Error');
  }
  if (state === 'missing') {
    await send(node, call, messages.streamNotFound(name));
    return;
  }
  const first = node.log.firstRevisionOf(name);
  const last = node.log.lastRevisionOf(name);
  const asked = from?.hasRevision() === true ? BigInt(from.getRevision()) : from?.hasEnd() === true ? last : 0n;
  let revision = backwards ? (asked > last ? last : asked) : asked < first ? first : asked;
  for (let sent = 0n; sent < count && revision >= first && revision <= last; sent += 1n) {
    const event = node.log.eventAt(name, revision);
    if (event === undefined || !(await send(node, call, messages.readEvent(event)))) return;
    revision += backwards ? -1n : 1n;
  }
};

const subscribeToStream = async (node: ServingNode, call: ReadCall, options: Options): Promise<void> => {
  const name = nameOf(options);
  const from = options.getStream();
  const { log } = node;
  if (log.stateOf(name) === 'tombstoned') throw new Failed(messages.streamDeleted(name));
  let next =
    from?.hasRevision() === true
      ? BigInt(from.getRevision()) + 1n
      : from?.hasEnd() === true
        ? log.lastRevisionOf(name) + 1n
        : 0n;
  await send(node, call, messages.confirmation());
  await follow(node, call, {
    behind: () => Number(log.lastRevisionOf(name) + 1n - next),
    sendNext: async () => {
      const event = log.eventAt(name, next);
      next += 1n;
      if (event !== undefined) await send(node, call, messages.readEvent(event));
    },
    beforeLive: async () => undefined,
    check: async () => {
      if (log.stateOf(name) !== 'tombstoned') return;
      const tombstone = log.all.findLast((event) => event.streamName === name);
      if (tombstone !== undefined) await send(node, call, messages.readEvent(tombstone));
      throw new Failed(messages.streamDeleted(name));
    },
  });
};

/** Where a read of $all begins, as an index of the log; refuses what a node refuses. */
const startOfAll = (
  node: ServingNode,
  options: Options,
  refuse: (reason: 'invalid' | 'past the end') => number,
): number => {
  const { log } = node;
  const all = options.getAll();
  if (all?.hasStart() === true) return 0;
  if (all?.hasEnd() === true) return log.all.length;
  const commit = BigInt(all?.getPosition()?.getCommitPosition() ?? 0);
  const prepare = BigInt(all?.getPosition()?.getPreparePosition() ?? 0);
  if (commit < prepare) throw new Failed(messages.handlerThrew());
  if (prepare === 0n) return 0;
  if (prepare === 2n ** 64n - 1n) return log.all.length;
  const index = log.indexFrom(prepare);
  const event = log.all[index];
  if (event === undefined) return refuse('past the end');
  return event.position === prepare ? index : refuse('invalid');
};

const readAll = async (node: ServingNode, call: ReadCall, options: Options, backwards: boolean): Promise<void> => {
  const { log } = node;
  const count = Number(options.getCount());
  if (count === 0) {
    await new Promise<void>((resolve) => call.once('cancelled', resolve));
    return;
  }
  const start = startOfAll(node, options, (reason) => {
    if (reason === 'invalid') return fail(grpc.status.UNKNOWN, 'Unexpected ReadAllResult: InvalidPosition');
    return backwards ? fail(grpc.status.UNKNOWN, 'Unexpected ReadAllResult: Error') : log.all.length;
  });
  const end = log.all.length; // a read ends where the log ended when it began
  const matches = filterOf(options);
  let index = backwards ? start - 1 : start;
  for (let sent = 0; sent < count && index >= 0 && index < end; index += backwards ? -1 : 1) {
    const event = log.all[index];
    if (event === undefined || !matches(event)) continue;
    sent += 1;
    if (!(await send(node, call, messages.readEvent(event)))) return;
  }
};

const filterOf = (options: Options): ((event: LoggedEvent) => boolean) => {
  const filter = options.getFilter();
  const expression = filter?.getStreamIdentifier() ?? filter?.getEventType();
  if (filter === undefined || expression === undefined) return () => true;
  const subject = (event: LoggedEvent): string => (filter.hasStreamIdentifier() ? event.streamName : event.type);
  const regex = expression.getRegex();
  if (regex !== '') {
    let pattern: RegExp;
    try {
      pattern = new RegExp(regex);
    } catch {
      throw new Failed(messages.handlerThrew());
    }
    return (event) => pattern.test(subject(event));
  }
  const prefixes = expression.getPrefixList();
  return (event) => prefixes.some((prefix) => subject(event).startsWith(prefix));
};

const defaultWindow = 32;

/**
 * Subscribes to $all. Filtered, it tells after each so many considered events how far it is: while catching up that is
 * where the window just considered began, live it is the event considered last; never the same position twice.
 */
const subscribeToAll = async (node: ServingNode, call: ReadCall, options: Options): Promise<void> => {
  const { log } = node;
  const matches = filterOf(options);
  await send(node, call, messages.confirmation());
  const from = startOfAll(node, options, (reason) =>
    reason === 'invalid'
      ? fail(grpc.status.INVALID_ARGUMENT, 'Trying to read from an invalid position.')
      : log.all.length,
  );
  const all = options.getAll();
  // A subscription past the end is confirmed, and passes over all that is written up to there without a word.
  const skipTo = all?.hasPosition() === true ? BigInt(all.getPosition()?.getPreparePosition() ?? 0) : -1n;
  const filter = options.getFilter();
  const interval =
    (filter?.hasMax() === true ? filter.getMax() : defaultWindow) * (filter?.getCheckpointintervalmultiplier() ?? 1);
  let index = from;
  let considered = 0;
  let live = false;
  let deliveredSince = false;
  let windowBegan = skipTo === -1n ? 0n : skipTo;
  let lastCheckpoint = -1n;
  const tell = async (position: bigint): Promise<void> => {
    if (position <= lastCheckpoint) return;
    lastCheckpoint = position;
    deliveredSince = false;
    await send(node, call, messages.checkpoint(position));
  };
  await follow(node, call, {
    behind: () => log.all.length - index,
    sendNext: async () => {
      const event = log.all[index];
      index += 1;
      if (event === undefined || event.position <= skipTo) return;
      if (matches(event)) {
        deliveredSince = true;
        await send(node, call, messages.readEvent(event));
      }
      if (filter === undefined) return;
      considered += 1;
      if (considered < interval) return;
      considered = 0;
      await tell(live ? event.position : windowBegan);
      windowBegan = event.position;
    },
    beforeLive: async () => {
      live = true;
      const last = log.all[index - 1];
      if (filter !== undefined && deliveredSince && last !== undefined) await tell(last.position);
    },
    check: async () => undefined,
  });
};

interface Following {
  /** How many events have not been considered yet. */
  behind(): number;
  sendNext(): Promise<void>;
  beforeLive(): Promise<void>;
  /** Looks for what ends the subscription. */
  check(): Promise<void>;
}

/** A node's buffer for live events; a subscription that is farther behind catches up again, and says so again. */
const liveBuffer = 32;

const follow = async (node: ServingNode, call: ReadCall, following: Following): Promise<void> => {
  let live = false;
  let wake = (): void => undefined;
  const stopListening = node.log.onWrite(() => wake());
  call.once('cancelled', () => wake());
  call.once('close', () => wake());
  try {
    while (!call.cancelled && !call.destroyed) {
      if (following.behind() > liveBuffer) live = false;
      while (following.behind() > 0 && !call.cancelled) await following.sendNext();
      await following.check();
      if (!live) {
        live = true;
        await following.beforeLive();
        if (node.faults.current.withoutCaughtUp !== true) await send(node, call, messages.caughtUp());
      }
      const written = new Promise<void>((resolve) => (wake = resolve));
      await following.check();
      if (following.behind() === 0 && !call.cancelled) await written;
    }
  } finally {
    stopListening();
  }
};
