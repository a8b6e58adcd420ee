import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import tls from 'node:tls';
import { EventStoreDBClient } from '@eventstore/db-client';
import services from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';

/**
 * The client's gRPC gives the address that it connects to as TLS server name, also an IP address. That is no name
 * (RFC 6066 3), and Node refuses it since version 26. The certificate is held against the host as before.
 */
function withoutAddressAsName(connect: typeof tls.connect): typeof tls.connect {
  return ((...given: unknown[]) => {
    const [options, ...others] = given;
    const isNamed = typeof options === 'object' && options !== null && 'servername' in options;
    if (!isNamed || !isIP(String(options.servername))) return Reflect.apply(connect, tls, given);
    const { servername: _, ...rest } = options;
    return Reflect.apply(connect, tls, [rest, ...others]);
  }) as typeof tls.connect;
}

tls.connect = withoutAddressAsName(tls.connect);

/**
 * How much the server may send before it is told that what came is read. With HTTP/2's 64 KiB it would stop after each
 * fifty statements: reading a ledger then takes a third more of the server's time, and a tenth more of this node's.
 */
const WINDOW_BYTES = 4 * 1024 * 1024;

/** What of the client is not public, and is used or replaced. */
interface ClientParts {
  createChannel: () => Promise<{ readonly internalChannel: { getOptions(): Record<string, unknown> } }>;
  GRPCStreamCreator: <T extends Readable>(
    service: unknown,
    name: string,
    open: (grpc: Stub) => T,
    ...more: unknown[]
  ) => () => Promise<T>;
  callArguments(base: { readonly requiresLeader: boolean }, options: { readonly deadline: number }): unknown[];
}

/** As much of a generated stub as reading takes. */
interface Stub {
  makeServerStreamRequest(...asked: unknown[]): Reading;
}

/** The messages of the server, decoded, as they come; it is to be listened to for its errors. */
export interface Reading extends Readable {
  /** Has the server send no more: it then fails with what says so. */
  cancel(): void;
}

/**
 * All clients of a thread share the list of who waits for an answer, and the error of one client's stream empties it.
 * An answer that comes then is one that nobody waits for: the client would fail at it, outside of any call, and take
 * the thread along. What became of such an append is found out by reading.
 */
function droppingAnswersToNobody<T extends Readable>(stream: T): T {
  for (const listener of stream.listeners('data') as ((answer: unknown) => void)[]) {
    stream.off('data', listener);
    stream.on('data', (answer) => {
      try {
        listener(answer);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
    });
  }
  return stream;
}

/** A client of the cluster. @param connection as `readKurrentAddress` gives it */
export function openClient(connection: string): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(connection);
  const parts = client as unknown as ClientParts;
  const connect = parts.createChannel;
  parts.createChannel = async () => {
    const channel = await connect();
    // It connects when it is first used, and looks at its options then.
    channel.internalChannel.getOptions()['grpc-node.flow_control_window'] = WINDOW_BYTES;
    return channel;
  };
  const make = parts.GRPCStreamCreator;
  parts.GRPCStreamCreator = (service, name, open, ...more) => {
    if (name !== 'appendToStream') return make(service, name, open, ...more);
    return make(service, name, (grpc) => droppingAnswersToNobody(open(grpc)), ...more);
  };
  return client;
}

/**
 * Asks the leader for events, without the client's own way from a message to an event: it makes five objects of one, and
 * hands them on by two streams. Connections, their loss and new ones stay the client's.
 * @param decode makes of a message what the reading gives
 * @throws the client's error when there is no connection
 */
export function openReading(
  client: EventStoreDBClient,
  request: ReadReq,
  decode: (bytes: Buffer) => unknown,
): Promise<Reading> {
  const parts = client as unknown as ClientParts;
  const { path, requestSerialize } = services.StreamsService.read;
  const asked = parts.callArguments({ requiresLeader: true }, { deadline: Number.POSITIVE_INFINITY });
  const open = (grpc: Stub) => grpc.makeServerStreamRequest(path, requestSerialize, decode, request, ...asked);
  return parts.GRPCStreamCreator(services.StreamsClient, 'read', open)();
}
