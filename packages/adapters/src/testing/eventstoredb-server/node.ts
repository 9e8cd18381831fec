import type { DeleteReq, DeleteResp, TombstoneReq, TombstoneResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { sendUnaryData, Server, ServerUnaryCall } from '@grpc/grpc-js';
import { handleBatchAppend } from './batch-append.ts';
import { handleAppend } from './classic-append.ts';
import { testCertificate, testCertificateKey } from './certificate.ts';
import type { Expected } from './decide-append.ts';
import * as messages from './messages.ts';
import {
  gossip,
  gossipService,
  grpc,
  serverFeatures,
  serverFeaturesService,
  streams,
  streamsService,
} from './protocol.ts';
import { OpenCalls } from './open-calls.ts';
import { handleRead } from './read-calls.ts';
import { refuseCall, type ServingNode, whileHeld } from './serving-node.ts';

/** What gossip tells of a member. */
export interface Member {
  readonly port: number;
  readonly alive: boolean;
  readonly leader: boolean;
}

const leaderState = 8;
const followerState = 6;
const maxMessageSize = 16 * 1024 * 1024 - 1024;
const streamsPath = 'event_store.client.streams.streams';

/** A gRPC server with all calls of a node that the client's streams API makes, bound to a port of the loopback. */
export const startNode = async (
  node: ServingNode,
  options: { readonly port: number; readonly tls: boolean; readonly members: () => readonly Member[] },
): Promise<{ readonly server: Server; readonly port: number; readonly calls: OpenCalls }> => {
  const calls = new OpenCalls();
  const server = new grpc.Server({
    'grpc.max_receive_message_length': maxMessageSize,
    'grpc.max_send_message_length': -1,
    interceptors: [calls.interceptor],
  });
  server.addService(streamsService, {
    read: (call: Parameters<typeof handleRead>[1]) => void handleRead(node, call),
    append: (call: Parameters<typeof handleAppend>[1], done: Parameters<typeof handleAppend>[2]) =>
      handleAppend(node, call, done),
    batchAppend: (call: Parameters<typeof handleBatchAppend>[1]) => handleBatchAppend(node, call),
    delete: (call: ServerUnaryCall<DeleteReq, DeleteResp>, done: sendUnaryData<DeleteResp>) =>
      void removeStream(node, call, done, 'delete', () => new streams.DeleteResp()),
    tombstone: (call: ServerUnaryCall<TombstoneReq, TombstoneResp>, done: sendUnaryData<TombstoneResp>) =>
      void removeStream(node, call, done, 'tombstone', () => new streams.TombstoneResp()),
  });
  server.addService(serverFeaturesService, {
    getSupportedMethods: (_: unknown, done: sendUnaryData<unknown>) =>
      void whileHeld(node).then(() => done(null, supportedMethods(node))),
  });
  server.addService(gossipService, {
    read: (_: unknown, done: sendUnaryData<unknown>) =>
      void whileHeld(node).then(() => done(null, clusterInfo(options.members()))),
  });
  const credentials = options.tls
    ? grpc.ServerCredentials.createSsl(null, [
        { cert_chain: Buffer.from(testCertificate), private_key: Buffer.from(testCertificateKey) },
      ])
    : grpc.ServerCredentials.createInsecure();
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${options.port}`, credentials, (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { server, port, calls };
};

const supportedMethods = (node: ServingNode) => {
  const supported = new serverFeatures.SupportedMethods();
  supported.setEventStoreServerVersion('24.10.4');
  const methods: readonly (readonly [string, readonly string[]])[] = [
    ['read', ['position', 'events']],
    ['append', []],
    ['delete', []],
    ['tombstone', []],
    ...(node.faults.current.withoutBatchAppend === true ? [] : [['batchappend', ['deadline_duration']] as const]),
  ];
  supported.setMethodsList(
    methods.map(([name, features]) => {
      const method = new serverFeatures.SupportedMethod();
      method.setServiceName(streamsPath);
      method.setMethodName(name);
      method.setFeaturesList([...features]);
      return method;
    }),
  );
  return supported;
};

const clusterInfo = (members: readonly Member[]) => {
  const info = new gossip.ClusterInfo();
  info.setMembersList(
    members.map(({ port, alive, leader }) => {
      const member = new gossip.MemberInfo();
      const endPoint = new gossip.EndPoint();
      endPoint.setAddress('127.0.0.1');
      endPoint.setPort(port);
      member.setInstanceId(messages.uuidMessage(crypto.randomUUID()));
      member.setTimeStamp(String(Date.now()));
      member.setState(leader ? leaderState : followerState);
      member.setIsAlive(alive);
      member.setHttpEndPoint(endPoint);
      return member;
    }),
  );
  return info;
};

const expectedOf = (options: DeleteReq.Options | TombstoneReq.Options | undefined): Expected => {
  if (options?.hasRevision() === true) return BigInt(options.getRevision());
  if (options?.hasNoStream() === true) return 'no_stream';
  return options?.hasStreamExists() === true ? 'stream_exists' : 'any';
};

/** Delete and tombstone differ in one word, and are the only calls whose conflicts are failed calls. */
const removeStream = async <Response extends DeleteResp | TombstoneResp>(
  node: ServingNode,
  call: ServerUnaryCall<DeleteReq | TombstoneReq, Response>,
  done: sendUnaryData<Response>,
  verb: 'delete' | 'tombstone',
  createResponse: () => Response,
): Promise<void> => {
  await whileHeld(node);
  const refusal = refuseCall(node, call.metadata);
  if (refusal !== undefined) return done(refusal);
  const options = call.request.getOptions();
  const name = Buffer.from(options?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');
  const expected = expectedOf(options);
  const outcome = node.log[verb](name, expected);
  if (outcome.kind === 'deleted') return done(messages.streamDeleted(name));
  if (outcome.kind === 'wrong-expected-version') {
    const numbers = { any: '-2', no_stream: '-1', stream_exists: '-4' };
    const wanted = typeof expected === 'bigint' ? expected.toString() : numbers[expected];
    const actual = (outcome.current ?? -1n).toString();
    return done(
      messages.failure(
        grpc.status.FAILED_PRECONDITION,
        `Delete failed due to WrongExpectedVersion. Stream: ${name}, Expected version: ${wanted}, Actual version: ${actual}`,
        {
          exception: 'wrong-expected-version',
          'stream-name': name,
          'expected-version': wanted,
          'actual-version': actual,
        },
      ),
    );
  }
  const response = createResponse();
  const position = new streams.DeleteResp.Position();
  position.setCommitPosition(String(outcome.position));
  position.setPreparePosition(String(outcome.position));
  response.setPosition(position);
  done(null, response);
};
