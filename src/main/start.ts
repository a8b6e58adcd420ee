import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { BlobFiles } from '../blobs/blob_files.ts';
import { SharedBlobs } from '../blobs/shared_blobs.ts';
import type { Config } from '../config.ts';
import { createGracefulServer } from '../http/graceful_server.ts';
import type { HeadedListener } from '../http/headed_response.ts';
import { unreadableAnswer } from '../http/unreadable_request.ts';
import { BlobStreams } from '../ledger/kurrentdb/blob_streams.ts';
import type { Store } from '../store.ts';
import { startControl } from './control_server.ts';
import { ensureFirstCredential, type IssuedCredential } from './credentials.ts';
import { lockData } from './data_lock.ts';
import { engineOf } from './engines.ts';
import { newStore } from './open_store.ts';
import { storePaths } from './paths.ts';

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
 * Starts a whole store: data lock, HTTP, threads. It listens from the beginning, so that whoever watches over it sees
 * that it lives, and refuses requests with `unavailable` until it can answer them; then it resolves.
 * @throws `data_in_use`, `damaged`, and what listening throws (EADDRINUSE …)
 */
export async function startStore(
  config: Config,
  log: Logger,
  onProgress?: (revision: number, head: number) => void,
): Promise<RunningStore> {
  const engine = engineOf(config);
  const paths = storePaths(resolve(config.data), engine.kind);
  const lock = lockData(paths);
  // A killed process has left it: nobody answers there.
  rmSync(paths.control, { force: true });
  const failed = Promise.withResolvers<Error>();
  const files = new BlobFiles(paths.blobs);
  const common = engine.kind === 'kurrentdb' ? new BlobStreams(engine) : undefined;
  const blobs = common === undefined ? files : new SharedBlobs(files, common);
  const store = newStore({
    engine,
    data: paths.data,
    readers: config.readers,
    queueLimit: config.queueLimit,
    ...(onProgress ? { onProgress } : {}),
    onFailure: (message) => log.error({ failure: message }, 'the store reports a failure'),
    onNotice: (notice) => log.warn(notice),
    onFatal: (error) => failed.resolve(error),
  });
  let isOpen = false;
  const loaded = Promise.withResolvers<void>();
  let app: HeadedListener = async (request, response) => {
    await loaded.promise;
    app(request, response);
  };
  const server = createGracefulServer(
    (request, response) => app(request, response),
    (error) => unreadableAnswer(error, config.xapiVersion),
  );
  try {
    const port = await server.listen(config.port, config.host);
    files.clearIncoming();
    const opening = store.open();
    opening.catch(() => {});
    // All that speaks HTTP takes longer to load than the threads, which meanwhile load what is theirs.
    const { createApp } = await import('../http/app.ts');
    app = createApp(store, blobs, config, log, () => isOpen);
    loaded.resolve();
    await opening;
    // Of a cluster's blobs a node has copies, and takes more at any time.
    if (config.supersededBlobs === 'drop' && engine.kind !== 'kurrentdb') {
      const dropped = files.dropAllBut(new Set(await store.read({ kind: 'named-blobs' })));
      if (dropped > 0) log.info({ dropped }, 'dropped blobs that no statement and no present document names');
    }
    const issued = await ensureFirstCredential(store, {
      key: config.key,
      secret: config.secret,
      homePage: config.publicUrl,
      isShared: engine.kind === 'kurrentdb',
    });
    const control = await startControl(store, paths, config.publicUrl);
    isOpen = true;
    const host = config.host.includes(':') ? `[${config.host}]` : config.host;
    return {
      store,
      address: `http://${host}:${port}`,
      issued,
      failed: failed.promise,
      async close() {
        await Promise.all([server.close(), control.close()]);
        await Promise.all([store.close(), common?.close()]);
        lock.release();
      },
    };
  } catch (error) {
    await server.close();
    await Promise.all([store.close(), common?.close()]);
    lock.release();
    throw error;
  }
}
