import express, { type Request, Router } from 'express';
import type { BlobStore } from '../blobs/blob_store.ts';
import type { Config } from '../config.ts';
import type { Store } from '../store.ts';
import { alternateRequest, isAlternate } from './alternate_request.ts';
import { nameVersion, negotiateVersion, requireCredential } from './exchange.ts';
import { inTurn } from './in_turn.ts';
import { methodNotAllowed } from './method_not_allowed.ts';
import { isMultipart } from './multipart_request.ts';
import { consistentThrough } from './statements_read.ts';
import { about, activitiesRouter, agentsRouter } from './xapi_describing.ts';
import { ACTIVITY_PROFILE, AGENT_PROFILE, documentsRouter, STATE } from './xapi_documents.ts';
import { serveStatements } from './xapi_statements.ts';

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
  const admit = inTurn(requireCredential(store), negotiateVersion(config.xapiVersion));
  // Only the alternate syntax has its credential in the body; any other body is read for those who have shown one.
  const readAlternate = inTurn(readBody, alternateRequest, nameVersion(config.xapiVersion));
  router.use((request, response, next) => (isAlternate(request) ? readAlternate(request, response, next) : next()));
  router.route('/about').get(about).all(methodNotAllowed('GET, HEAD'));
  const beforeStatements = inTurn(consistentThrough(store), admit, readUnlessMultipart);
  serveStatements(router, beforeStatements, { store, blobs, config, base });
  router.use(admit, readBody);
  router.use('/activities/state', documentsRouter(STATE, store, blobs, config.maxBody));
  router.use('/activities/profile', documentsRouter(ACTIVITY_PROFILE, store, blobs, config.maxBody));
  router.use('/activities', activitiesRouter(store));
  router.use('/agents/profile', documentsRouter(AGENT_PROFILE, store, blobs, config.maxBody));
  router.use('/agents', agentsRouter());
  return router;
}
