import express, { type Request, Router } from 'express';
import type { BlobStore } from '../blobs/blob_store.ts';
import type { Config } from '../config.ts';
import type { Store } from '../store.ts';
import { alternateRequest } from './alternate_request.ts';
import { nameVersion, negotiateVersion, requireCredential } from './exchange.ts';
import { methodNotAllowed } from './method_not_allowed.ts';
import { isMultipart } from './multipart_request.ts';
import { consistentThrough } from './statements_read.ts';
import { about, activitiesRouter, agentsRouter } from './xapi_describing.ts';
import { ACTIVITY_PROFILE, AGENT_PROFILE, documentsRouter, STATE } from './xapi_documents.ts';
import { statementsRouter } from './xapi_statements.ts';

/**
 * The xAPI resources (xAPI 1.0.3 Communication 2), each request through the same checks in this order: alternate
 * syntax, credential, version, body. The multipart body of statements is left to their resource, which streams it.
 * @param base the path under which clients see `/xapi`
 */
export function xapiRouter(store: Store, blobs: BlobStore, config: Config, base: string): Router {
  const router = Router({ caseSensitive: true });
  const readBody = express.raw({ type: () => true, limit: config.maxBody });
  const readUnlessMultipart = express.raw({
    type: (request) => !isMultipart(request as Request),
    limit: config.maxBody,
  });
  // Only the alternate syntax has its credential in the body; any other body is read for those who have shown one.
  router.post('/*path', (request, response, next) => {
    if (request.query.method === undefined) return next();
    readBody(request, response, next);
  });
  router.use(alternateRequest, nameVersion(config.xapiVersion));
  router.route('/about').get(about).all(methodNotAllowed('GET, HEAD'));
  router.all('/statements{/more}', consistentThrough(store));
  router.use(requireCredential(store), negotiateVersion(config.xapiVersion));
  router.use('/statements', readUnlessMultipart, statementsRouter({ store, blobs, config, base }));
  router.use(readBody);
  router.use('/activities/state', documentsRouter(STATE, store, blobs, config.maxBody));
  router.use('/activities/profile', documentsRouter(ACTIVITY_PROFILE, store, blobs, config.maxBody));
  router.use('/activities', activitiesRouter(store));
  router.use('/agents/profile', documentsRouter(AGENT_PROFILE, store, blobs, config.maxBody));
  router.use('/agents', agentsRouter());
  return router;
}
