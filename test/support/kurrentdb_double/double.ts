import gossipServices from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import featuresServices from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import streamsServices from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { serveGossip, serveSupportedMethods } from './about_the_cluster.ts';
import { serveBatchAppend } from './batch_append.ts';
import type { AppendFault } from './faults.ts';
import { startFront } from './front.ts';
import { type Cluster, ServerNode } from './node.ts';
import type { Endpoint } from './outcome.ts';
import { servePlainAppend } from './plain_append.ts';
import { serveRead } from './read.ts';
import { tooSlow } from './refusals.ts';
import { type StoredEvent, Streams } from './streams.ts';

/** How a test double of a KurrentDB server is set up. */
export interface KurrentDoubleOptions {
  /** Bytes of one append: data, metadata, and two for each character of the types. 1 MiB unless told. */
  readonly maxAppendSize?: number;
  /** Milliseconds since 1970-01-01T00:00:00Z, for the events' `created`; the machine's clock unless told. */
  readonly clock?: () => number;
  /** Passwords by user; without it nobody is asked. The client sends them over TLS alone. */
  readonly users?: Readonly<Record<string, string>>;
  /**
   * PEM, of a certificate for `localhost`; without it the server speaks plain text. `clients`: whoever has signed the
   * certificate that each client has to show.
   */
  readonly tls?: { readonly key: string; readonly certificate: string; readonly clients?: string };
}

/** A test double of a KurrentDB server: the gRPC streams protocol, on streams in memory, that fails as it is told. */
export interface KurrentDouble {
  /** The connection string. */
  readonly address: string;
  readonly endpoint: Endpoint;
  /** What goes wrong with the next appends, plain or batch, one after the other; what comes behind goes right. */
  readonly faults: (AppendFault | undefined)[];
  /** How many events readers and subscribers were sent so far. */
  readonly eventsSent: number;
  /** How many subscriptions are open. */
  readonly subscriptions: number;
  /** What a stream holds; nothing where there is none of the name. */
  events(stream: string): readonly StoredEvent[];
  /** Like SIGSTOP: connections stay, nothing is stored or answered until `goOn`. */
  stopAnswering(): void;
  goOn(): void;
  /** Each append, page of 500 events, and question about the cluster takes so many milliseconds longer; 0: no longer. */
  slow(milliseconds: number): void;
  /** Resets every connection; new ones are taken. */
  dropConnections(): void;
  /** Ends every subscription as the server does when its reader does not keep up: aborted. */
  dropSubscriptions(): void;
  /** Like a killed node: connections are reset, and the port is closed until `accept`. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
  /** Like a follower that is behind: readers here do not see what is appended from now on, until `catchUp`. */
  fallBehind(): void;
  catchUp(): void;
  close(): Promise<void>;
}

/** Starts a test double of a single KurrentDB server on a free port of this machine. */
export function startKurrentDouble(options: KurrentDoubleOptions = {}): Promise<KurrentDouble> {
  return startNode({ streams: new Streams(), nodes: [], leader: undefined }, options);
}

/** Starts another node of `cluster`; the first one leads. */
export async function startNode(cluster: Cluster, options: KurrentDoubleOptions): Promise<KurrentDouble> {
  const { maxAppendSize = 1024 * 1024, clock = Date.now, users, tls } = options;
  const node = new ServerNode({ maxAppendSize, clock, users }, cluster);
  const server = serverOf(node);
  const front = await startFront(await bind(server, tls));
  node.dropConnections = front.drop;
  node.endpoint = { host: tls ? 'localhost' : '127.0.0.1', port: front.port };

  return {
    address: `esdb://${node.endpoint.host}:${front.port}?tls=${tls !== undefined}`,
    endpoint: node.endpoint,
    faults: node.faults,
    get eventsSent() {
      return node.eventsSent;
    },
    get subscriptions() {
      return node.subscriptions.size;
    },
    events: (stream) => cluster.streams.events(stream),
    stopAnswering: () => {
      node.stop();
      front.hold();
    },
    goOn: () => {
      front.release();
      node.goOn();
    },
    slow: (milliseconds) => {
      node.slowness = milliseconds;
    },
    dropConnections: front.drop,
    dropSubscriptions: () => {
      for (const subscription of node.subscriptions) subscription.abort(tooSlow());
    },
    refuse: () => {
      node.alive = false;
      return front.shut();
    },
    accept: async () => {
      await front.open();
      node.alive = true;
    },
    fallBehind: () => node.fallBehind(),
    catchUp: () => node.catchUp(),
    close: async () => {
      node.alive = false;
      node.goOn();
      await front.shut();
      server.forceShutdown();
    },
  };
}

function serverOf(node: ServerNode): Server {
  const { StreamsService, GossipService, ServerFeaturesService } = {
    ...streamsServices,
    ...gossipServices,
    ...featuresServices,
  };
  // As the server: an event may have 16 MiB.
  const server = new Server({ 'grpc.max_receive_message_length': 17 * 1024 * 1024 });
  const { read, append, batchAppend } = StreamsService;
  const serializedRead = {
    ...read,
    responseSerialize: (answer: Uint8Array) => Buffer.from(answer.buffer, answer.byteOffset, answer.length),
  };
  server.addService(
    { read: serializedRead, append, batchAppend },
    { read: serveRead(node), append: servePlainAppend(node), batchAppend: serveBatchAppend(node) },
  );
  server.addService(GossipService, { read: serveGossip(node) });
  server.addService(ServerFeaturesService, { getSupportedMethods: serveSupportedMethods(node) });
  return server;
}

function bind(server: Server, tls: KurrentDoubleOptions['tls']): Promise<number> {
  const credentials = tls
    ? ServerCredentials.createSsl(
        tls.clients === undefined ? null : Buffer.from(tls.clients),
        [{ private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.certificate) }],
        tls.clients !== undefined,
      )
    : ServerCredentials.createInsecure();
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, port) => (error ? reject(error) : resolve(port)));
  });
}
