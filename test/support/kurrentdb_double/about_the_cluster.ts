import gossip, { type ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import features, { type SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared, { type Empty } from '@eventstore/db-client/generated/shared_pb.js';
import type { handleUnaryCall } from '@grpc/grpc-js';
import type { ServerNode } from './node.ts';

const { VNodeState } = gossip.MemberInfo;

/** Serves the call Read of the service Gossip: who is there, and who leads. */
export function serveGossip(node: ServerNode): handleUnaryCall<Empty, ClusterInfo> {
  return async (_call, answer) => {
    await node.turn();
    const members = node.cluster.nodes.map((member) =>
      new gossip.MemberInfo()
        .setInstanceId(new shared.UUID().setString(member.id))
        // In units of 100 nanoseconds.
        .setTimeStamp(`${node.settings.clock()}0000`)
        .setState(stateOf(member))
        .setIsAlive(member.alive)
        .setHttpEndPoint(new gossip.EndPoint().setAddress(member.endpoint.host).setPort(member.endpoint.port)),
    );
    answer(null, new gossip.ClusterInfo().setMembersList(members));
  };
}

function stateOf(member: ServerNode) {
  if (member.leads) return VNodeState.LEADER;
  return member.cluster.leader ? VNodeState.FOLLOWER : VNodeState.UNKNOWN;
}

/** Serves the call by which the client learns whether there is a batch append here. */
export function serveSupportedMethods(node: ServerNode): handleUnaryCall<Empty, SupportedMethods> {
  return async (_call, answer) => {
    await node.turn();
    const methods = ['read', 'append', 'batchappend'].map((name) =>
      new features.SupportedMethod().setServiceName('event_store.client.streams.streams').setMethodName(name),
    );
    answer(null, new features.SupportedMethods().setMethodsList(methods).setEventStoreServerVersion('23.10.8'));
  };
}
