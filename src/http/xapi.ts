import express, { type Request, Router } from 'express';
import type { Config } from '../config.ts';
import type { Store } from '../store.ts';
import { nameVersion, negotiateVersion, requireCredential } from './exchange.ts';
import { consistentThrough, statementsRouter } from './xapi_statements.ts';

/** The xAPI resources (xAPI 1.0.3 Communication 2). @param base the path under which the clients see `/xapi` */
export function xapiRouter(store: Store, config: Config, base: (request: Request) => string): Router {
  const router = Router({ caseSensitive: true });
  router.use(nameVersion(config.xapiVersion));
  router.get('/statements{/more}', consistentThrough(store));
  router.use(requireCredential(store), negotiateVersion(config.xapiVersion));
  router.use(express.raw({ type: () => true, limit: config.maxBody }));
  router.use('/statements', statementsRouter(store, base));
  return router;
}
