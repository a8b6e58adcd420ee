import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Slots } from '../slots.ts';
import { type HeadedListener, HeadedResponse } from './headed_response.ts';

/** How long a connection may stay idle before it is closed: longer than a load balancer's usual minute. */
const KEEP_ALIVE_MILLISECONDS = 65_000;

/** How long a client may take for the rest of its request once the server ends. */
const PATIENCE_MILLISECONDS = 20_000;

/** An HTTP server that ends without cutting off a request. */
export interface GracefulServer {
  /** Resolves with the port, which the system chooses when it is 0. @throws what listening throws: EADDRINUSE … */
  listen(port: number, host: string): Promise<number>;
  /**
   * Takes no new connections, answers the requests that it has, and tells each client that its connection ends with the
   * answer. Who has not sent all of a request some time later, or not taken the answer, is cut off.
   */
  close(): Promise<void>;
}

/**
 * @param unreadable the whole answer to what cannot be read as a request
 * @param patience how many milliseconds `close` waits at most
 */
export function createGracefulServer(
  handle: HeadedListener,
  unreadable: (error: NodeJS.ErrnoException) => string,
  patience = PATIENCE_MILLISECONDS,
): GracefulServer {
  const unfinished = new Slots<ServerResponse>();
  const unread = new WeakSet<Duplex>();
  let closing = false;
  const serve: HeadedListener = (request, response) => {
    const number = unfinished.put(response);
    response.shouldKeepAlive &&= !closing;
    response.on('close', () => {
      unfinished.take(number);
      // Whose headers were sent before the closing did not know that it was the last.
      if (closing) setImmediate(() => server.closeIdleConnections());
    });
    handle(request, response);
  };
  const options = {
    keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
    ServerResponse: HeadedResponse,
    // Node would refuse it without a word.
    requireHostHeader: false,
  };
  const server: Server = createServer(options, serve);
  // An expectation that nobody knows changes nothing; Node would refuse that, too.
  server.on('checkExpectation', serve);
  server.on('clientError', async (error: NodeJS.ErrnoException, socket) => {
    // Whatever comes on that connection afterwards cannot be read either.
    if (unread.has(socket)) return;
    unread.add(socket);
    // Requests that came whole before it are answered first: what they asked for may have been done.
    const before = unfinished.values().filter(({ req }) => req.socket === socket && req.complete);
    await Promise.all(before.map((response) => new Promise((resolve) => response.once('close', resolve))));
    if (socket.writable && error.code !== 'ECONNRESET') socket.write(unreadable(error));
    (socket as Socket).destroySoon();
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
        const cutOff = setTimeout(() => server.closeAllConnections(), patience);
        server.close(() => {
          clearTimeout(cutOff);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}
