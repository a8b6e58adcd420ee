import type { RequestHandler, Router } from 'express';
import type { BlobStore } from '../blobs/blob_store.ts';
import type { Config } from '../config.ts';
import type { Store } from '../store.ts';
import { methodNotAllowed } from './method_not_allowed.ts';
import { getMore, getStatements } from './statements_read.ts';
import { postStatements, putStatement } from './statements_write.ts';

/** What the statements resource works with. */
export interface StatementsResource {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly config: Config;
  /** The path under which the clients see `/xapi`. */
  readonly base: string;
}

/**
 * Serves `/statements` and `/statements/more` (xAPI 1.0.3 Communication 2.1).
 * @param first what comes before any of their handlers
 */
export function serveStatements(router: Router, first: RequestHandler, resource: StatementsResource): void {
  router
    .route('/statements')
    .all(first)
    .post(postStatements(resource))
    .put(putStatement(resource))
    .get(getStatements(resource))
    .all(methodNotAllowed('GET, HEAD, POST, PUT'));
  router.route('/statements/more').all(first).get(getMore(resource)).all(methodNotAllowed('GET, HEAD'));
}
