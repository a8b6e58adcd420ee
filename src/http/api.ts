import { type Request, Router, static as serveFiles } from 'express';
import absolutePath from 'swagger-ui-dist/absolute-path.js';
import type { Store } from '../store.ts';
import { historyRoute } from './api_history.ts';
import type { ApiRoute } from './api_route.ts';
import { requireCredential } from './exchange.ts';
import { methodNotAllowed } from './method_not_allowed.ts';
import { openApiDocument } from './openapi.ts';

/**
 * Our own questions, below `/api`. The contract and its page need no credential. @param address the address of `/api`
 * as clients see it
 */
export function apiRouter(store: Store, address: (request: Request) => string): Router {
  const routes: readonly ApiRoute[] = [historyRoute(store)];
  const router = Router({ caseSensitive: true });
  router.get('/openapi.json', (request, response) => {
    response.json(openApiDocument(routes, address(request)));
  });
  router.get('/docs', (request, response) => {
    // The page names its files relative to its own address, which has no slash at its end.
    if (request.path.endsWith('/')) response.redirect(301, '../docs');
    else response.type('html').send(PAGE);
  });
  router.get('/docs/start.js', (_request, response) => {
    response.type('js').send(START);
  });
  router.use('/docs', serveFiles(absolutePath(), { index: false }));
  router.use(requireCredential(store));
  for (const [path, ofPath] of Map.groupBy(routes, (route) => route.path)) {
    const route = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const { method, handler } of ofPath) route[method](handler);
    const allowed = ofPath.map(({ method }) => (method === 'get' ? 'GET, HEAD' : method.toUpperCase()));
    route.all(methodNotAllowed(allowed.join(', ')));
  }
  return router;
}

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Ledgerline API</title><link rel="stylesheet" href="docs/swagger-ui.css"></head>
<body><div id="api"></div><script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script></body>
</html>
`;

const START = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#api', deepLinking: true });\n`;
