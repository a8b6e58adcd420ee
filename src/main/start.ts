import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { createApp } from '../http/app.ts';
import type { Store } from '../store.ts';
import { startControl } from './control_server.ts';
import { ensureFirstCredential, type IssuedCredential } from './credentials.ts';
import { lockData } from './data_lock.ts';
import { openStore } from './open_store.ts';
import { storePaths } from './paths.ts';

/** How long a connection may stay idle before it is closed: longer than a load balancer's usual minute. */
const KEEP_ALIVE_MILLISECONDS = 65_000;

export interface RunningStore {
  readonly store: Store;
  /** Where it listens, without a slash at the end. */
  readonly address: string;
  /** The credential that this start has issued; undefined when there was one. */
  readonly issued: IssuedCredential | undefined;
  /** Resolves when the store has stopped by a failure of its own. */
  readonly failed: Promise<Error>;
  /** Takes no new requests, finishes those that it has, and ends. */
  close(): Promise<void>;
}

/**
 * Starts a whole store: data lock, threads, HTTP.
 * @throws `data_in_use`, `damaged`, and what listening throws (EADDRINUSE …)
 */
export async function startStore(
  config: Config,
  log: Logger,
  onProgress?: (revision: number, head: number) => void,
): Promise<RunningStore> {
  const paths = storePaths(resolve(config.data));
  const lock = lockData(paths);
  const failed = Promise.withResolvers<Error>();
  let store: Store | undefined;
  try {
    store = await openStore({
      engine: config.ledger as 'sqlite' | 'memory',
      data: paths.data,
      readers: config.readers,
      queueLimit: config.queueLimit,
      ...(onProgress ? { onProgress } : {}),
      onFailure: (message) => log.error({ failure: message }, 'the store reports a failure'),
      onFatal: (error) => failed.resolve(error),
    });
    const issued = await ensureFirstCredential(store, {
      key: config.key,
      secret: config.secret,
      homePage: config.publicUrl,
    });
    const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MILLISECONDS }, createApp(store, config, log));
    await listen(server, config.port, config.host);
    const control = await startControl(store, paths, config.publicUrl);
    const { port } = server.address() as AddressInfo;
    const host = config.host.includes(':') ? `[${config.host}]` : config.host;
    const opened = store;
    return {
      store,
      address: `http://${host}:${port}`,
      issued,
      failed: failed.promise,
      async close() {
        await Promise.all([stop(server), control.close()]);
        await opened.close();
        lock.release();
      },
    };
  } catch (error) {
    await store?.close();
    lock.release();
    throw error;
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
}

/** Closes idle connections at once and the others when their request is answered. */
function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
