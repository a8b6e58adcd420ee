import { Router } from 'express';
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

/** `/xapi/statements` (xAPI 1.0.3 Communication 2.1). */
export function statementsRouter(resource: StatementsResource): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route('/')
    .post(postStatements(resource))
    .put(putStatement(resource))
    .get(getStatements(resource))
    .all(methodNotAllowed('GET, HEAD, POST, PUT'));
  router.route('/more').get(getMore(resource)).all(methodNotAllowed('GET, HEAD'));
  return router;
}
