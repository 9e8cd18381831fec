import type { Metadata } from '@grpc/grpc-js';
import type { FaultInjector } from './faults.ts';
import type { Log } from './log.ts';
import { type CallFailure, failure, notReady } from './messages.ts';
import { grpc } from './protocol.ts';

/** What the handlers of one node's calls know of it and of the cluster. */
export interface ServingNode {
  readonly log: Log;
  readonly faults: FaultInjector;
  readonly statistics: Statistics;
  /** Names and passwords; absent, everybody may do everything. */
  readonly users: Readonly<Record<string, string>> | undefined;
  readonly maxAppendSize: number;
  isLeader(): boolean;
  /** Where the leader is; `undefined` during an election. */
  leader(): { readonly host: string; readonly port: number } | undefined;
  /** Whether the server was told to stop, and is not gone yet. */
  isStopping(): boolean;
  /** Whether nothing may be sent or done at present. */
  isHeld(): boolean;
  /** Whether reads and subscriptions are to say nothing at present. */
  readsAreHeld(): boolean;
  /** Resolves when a fault, a freeze or an election begins or ends. */
  whenChanged(): Promise<void>;
}

/** What is open now and was received so far, over all nodes. */
export interface Statistics {
  openReads: number;
  openSubscriptions: number;
  openBatches: number;
  batchAppends: number;
  classicAppends: number;
  reads: number;
  /** How often a refused append was answered once more, or would have been, had its call still been open. */
  secondAnswers: number;
}

/** Why a node does not serve a call at all, if so. The checks come in the order of a real node. */
export const refuseCall = (node: ServingNode, metadata: Metadata): CallFailure | undefined => {
  if (node.users !== undefined && !isKnown(node.users, metadata)) {
    return failure(grpc.status.UNAUTHENTICATED, 'Unauthenticated');
  }
  if (node.isStopping()) return notReady();
  if (metadata.get('requires-leader')[0] !== 'true') return undefined;
  const leader = node.leader();
  if (leader === undefined) return failure(grpc.status.UNKNOWN, 'No leader info available in response');
  if (node.isLeader() && !node.faults.strikes('denyLeadership')) return undefined;
  return failure(grpc.status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': leader.host,
    'leader-endpoint-port': String(leader.port),
  });
};

const isKnown = (users: Readonly<Record<string, string>>, metadata: Metadata): boolean => {
  const [scheme, token] = String(metadata.get('authorization')[0] ?? '').split(' ');
  if (scheme !== 'Basic' || token === undefined) return false;
  const [name = '', password] = Buffer.from(token, 'base64').toString('utf8').split(/:(.*)/s);
  return password !== undefined && users[name] === password;
};

/** Waits while the node is frozen. */
export const whileHeld = async (node: ServingNode): Promise<void> => {
  while (node.isHeld()) await node.whenChanged();
};

/** Waits while the node is frozen or its reads are told to hold their tongue. */
export const whileReadsHeld = async (node: ServingNode): Promise<void> => {
  while (node.isHeld() || node.readsAreHeld()) await node.whenChanged();
};
