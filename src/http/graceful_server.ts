import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Slots } from '../slots.ts';

/** How long a connection may stay idle before it is closed: longer than a load balancer's usual minute. */
const KEEP_ALIVE_MILLISECONDS = 65_000;

/** An HTTP server that ends without cutting off a request. */
export interface GracefulServer {
  /** Resolves with the port, which the system chooses when it is 0. @throws what listening throws: EADDRINUSE … */
  listen(port: number, host: string): Promise<number>;
  /**
   * Takes no new connections, answers the requests that it has, and tells each client that its connection ends with the
   * answer.
   */
  close(): Promise<void>;
}

export function createGracefulServer(handle: RequestListener): GracefulServer {
  const unfinished = new Slots<ServerResponse>();
  let closing = false;
  const server: Server = createServer({ keepAliveTimeout: KEEP_ALIVE_MILLISECONDS }, (request, response) => {
    const number = unfinished.put(response);
    response.shouldKeepAlive &&= !closing;
    response.on('close', () => {
      unfinished.take(number);
      // Whose headers were sent before the closing did not know that it was the last.
      if (closing) setImmediate(() => server.closeIdleConnections());
    });
    handle(request, response);
  });
  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
      }),
    close: () =>
      new Promise((resolve) => {
        closing = true;
        for (const response of unfinished.values()) response.shouldKeepAlive = false;
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}
