import { isIP } from 'node:net';
import tls from 'node:tls';
import { EventStoreDBClient } from '@eventstore/db-client';

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

/** A client of the cluster. @param connection as `readKurrentAddress` gives it */
export function openClient(connection: string): EventStoreDBClient {
  return EventStoreDBClient.connectionString(connection);
}
