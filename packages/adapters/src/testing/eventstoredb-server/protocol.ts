import { createRequire } from 'node:module';
import type * as Gossip from '@eventstore/db-client/generated/gossip_pb.js';
import type * as GossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import type * as ServerFeatures from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type * as ServerFeaturesService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type * as Shared from '@eventstore/db-client/generated/shared_pb.js';
import type * as RpcStatus from '@eventstore/db-client/generated/status_pb.js';
import type * as Streams from '@eventstore/db-client/generated/streams_pb.js';
import type * as StreamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type * as Grpc from '@grpc/grpc-js';

// The generated classes live on one global tree, and grpc-js compares its own classes: everything is loaded from
// where the client loads it, so that there is one copy of each in the process.
const fromClient = createRequire(createRequire(import.meta.url).resolve('@eventstore/db-client'));

export const grpc = fromClient('@grpc/grpc-js') as typeof Grpc;
export const streams = fromClient('../generated/streams_pb.js') as typeof Streams;
export const shared = fromClient('../generated/shared_pb.js') as typeof Shared;
export const gossip = fromClient('../generated/gossip_pb.js') as typeof Gossip;
export const rpcStatus = fromClient('../generated/status_pb.js') as typeof RpcStatus;
export const serverFeatures = fromClient('../generated/serverfeatures_pb.js') as typeof ServerFeatures;
export const { StreamsService: streamsService } = fromClient(
  '../generated/streams_grpc_pb.js',
) as typeof StreamsService;
export const { GossipService: gossipService } = fromClient('../generated/gossip_grpc_pb.js') as typeof GossipService;
export const { ServerFeaturesService: serverFeaturesService } = fromClient(
  '../generated/serverfeatures_grpc_pb.js',
) as typeof ServerFeaturesService;

/** `google.protobuf.Any`, of the client's copy of the library. */
export type Any = NonNullable<ReturnType<RpcStatus.Status['getDetails']>>;
export const { Any: AnyMessage } = fromClient('google-protobuf/google/protobuf/any_pb.js') as { Any: new () => Any };
export const { Empty: EmptyMessage } = fromClient('google-protobuf/google/protobuf/empty_pb.js') as {
  Empty: new () => NonNullable<ReturnType<Streams.BatchAppendReq.Options['getAny']>>;
};
