import { Router } from 'express';
import type { Store } from '../store.ts';

/**
 * `/health`: the process answers. `/ready`: the store takes and answers requests; 503 with the reason while it does
 * not.
 */
export function healthRouter(store: Store, isOpen: () => boolean): Router {
  const router = Router();
  router.get('/health', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/ready', (_request, response) => {
    const { revision } = store;
    const notReady = store.notReady ?? (isOpen() ? undefined : 'starting');
    if (notReady === undefined) response.json({ status: 'ready', revision });
    else response.status(503).setHeader('Retry-After', '1').json({ status: 'not ready', reason: notReady });
  });
  return router;
}
