import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { EventStoreDBClient } from '@eventstore/db-client';
import { readResponse } from './read_response.ts';

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

/** What of the client is not public and is replaced. */
interface ClientParts {
  createChannel: () => Promise<{ readonly internalChannel: { getOptions(): Record<string, unknown> } }>;
  GRPCStreamCreator: (
    service: { readonly service: { readonly read: ReadMethod } },
    name: string,
    open: (grpc: Pick<Stub, 'read'>) => Duplex,
    ...more: unknown[]
  ) => unknown;
}

/** What the generated code says of a method. */
interface ReadMethod {
  readonly path: string;
  readonly requestSerialize: unknown;
  readonly responseDeserialize: (bytes: Buffer) => unknown;
}

/** As much of a generated stub as reading takes. */
interface Stub {
  read(...asked: unknown[]): Duplex;
  makeServerStreamRequest(...asked: unknown[]): Duplex;
}

/**
 * All clients of a thread share the list of who waits for an answer, and the error of one client's stream empties it.
 * An answer that comes then is one that nobody waits for: the client would fail at it, outside of any call, and take
 * the thread along. What became of such an append is found out by reading.
 */
function droppingAnswersToNobody(stream: Duplex): Duplex {
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

/** A stub whose answers to a reading are decoded by hand. */
function decodingByHand(grpc: Stub, { path, requestSerialize, responseDeserialize }: ReadMethod): Pick<Stub, 'read'> {
  const decode = readResponse(responseDeserialize);
  return { read: (...asked) => grpc.makeServerStreamRequest(path, requestSerialize, decode, ...asked) };
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
    const openings: Readonly<Record<string, (grpc: Stub) => Duplex>> = {
      appendToStream: (grpc) => droppingAnswersToNobody(open(grpc)),
      readStream: (grpc) => open(decodingByHand(grpc, service.service.read)),
      subscribeToStream: (grpc) => open(decodingByHand(grpc, service.service.read)),
    };
    return make(service, name, (openings[name] ?? open) as typeof open, ...more);
  };
  return client;
}
