import { type KurrentDouble, type KurrentDoubleOptions, startNode } from './double.ts';
import type { Cluster } from './node.ts';
import { type StoredEvent, Streams } from './streams.ts';

/** A test double of a KurrentDB cluster: nodes on the same streams, one of which leads. */
export interface KurrentDoubleCluster {
  /** The connection string with all nodes as seeds: the client asks them who leads. */
  readonly address: string;
  readonly nodes: readonly KurrentDouble[];
  events(stream: string): readonly StoredEvent[];
  /** Makes node `index` the leader. With undefined there is no quorum: no leader, and nothing is stored. */
  changeLeader(index: number | undefined): void;
  close(): Promise<void>;
}

/**
 * Starts a test double of a cluster of `size` nodes; node 0 leads. A follower passes appends on to the leader, and
 * refuses, naming the leader, calls that require the leader.
 */
export async function startKurrentDoubleCluster(
  size: number,
  options: KurrentDoubleOptions = {},
): Promise<KurrentDoubleCluster> {
  const cluster: Cluster = { streams: new Streams(), nodes: [], leader: undefined };
  const nodes: KurrentDouble[] = [];
  while (nodes.length < size) nodes.push(await startNode(cluster, options));
  const seeds = nodes.map(({ endpoint: { host, port } }) => `${host}:${port}`);
  return {
    address: `esdb://${seeds.join()}?tls=${options.tls !== undefined}`,
    nodes,
    events: (stream) => cluster.streams.events(stream),
    changeLeader: (index) => {
      cluster.leader = index === undefined ? undefined : cluster.nodes[index];
    },
    close: async () => {
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}
