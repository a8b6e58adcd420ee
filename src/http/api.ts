import { type Request, Router, static as serveFiles } from 'express';
import absolutePath from 'swagger-ui-dist/absolute-path.js';
import type { BlobStore } from '../blobs/blob_store.ts';
import type { Config } from '../config.ts';
import type { BearerVerifier } from '../identity/bearer.ts';
import type { Store } from '../store.ts';
import { accountRoutes } from './api_accounts.ts';
import { agencyChangeRoutes } from './api_agency_changes.ts';
import { agencyComplianceRoutes } from './api_agency_compliance.ts';
import { certificateRoutes } from './api_certificates.ts';
import { cohortRoutes } from './api_cohorts.ts';
import { complianceRoutes } from './api_compliance.ts';
import { equivalenceRoutes } from './api_equivalences.ts';
import { historyRoute } from './api_history.ts';
import { ladderRoutes } from './api_ladders.ts';
import { pathProgressRoutes } from './api_path_progress.ts';
import { pathRoutes } from './api_paths.ts';
import { peopleRoutes } from './api_people.ts';
import { policyRoutes } from './api_policy.ts';
import { programmeRoutes } from './api_programmes.ts';
import { recognitionRoutes } from './api_recognition.ts';
import { requirementRoutes } from './api_requirements.ts';
import { rosterRoute } from './api_roster.ts';
import type { ApiRoute } from './api_route.ts';
import { snapshotRoutes } from './api_snapshots.ts';
import { waiverRoutes } from './api_waivers.ts';
import { whatIfRoutes } from './api_what_if.ts';
import { awaitRevision } from './min_revision.ts';
import { openApiDocument } from './openapi.ts';
import { requireIdentity } from './require_identity.ts';
import { serveRoutes } from './serve_routes.ts';

/**
 * Our own questions, below `/api`. The contract and its page need no credential. @param address the address of `/api`
 * as clients see it
 */
export function apiRouter(
  store: Store,
  blobs: BlobStore,
  config: Config,
  bearer: BearerVerifier | undefined,
  address: (request: Request) => string,
): Router {
  const routes: readonly ApiRoute[] = [
    historyRoute(store),
    ...recognitionRoutes(store),
    ...certificateRoutes(store, blobs),
    ...peopleRoutes(store),
    rosterRoute(store),
    ...accountRoutes(store),
    ...policyRoutes(store),
    ...equivalenceRoutes(store),
    ...ladderRoutes(store),
    ...requirementRoutes(store),
    ...waiverRoutes(store),
    ...pathRoutes(store),
    ...programmeRoutes(store),
    ...pathProgressRoutes(store),
    ...cohortRoutes(store),
    ...complianceRoutes(store),
    ...agencyComplianceRoutes(store),
    ...agencyChangeRoutes(store),
    ...snapshotRoutes(store, blobs),
    ...whatIfRoutes(store),
  ];
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
  router.use(requireIdentity(store, bearer), awaitRevision(store), serveRoutes(routes, config.maxBody));
  return router;
}

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Ledgerline API</title><link rel="stylesheet" href="docs/swagger-ui.css"></head>
<body><div id="api"></div><script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script></body>
</html>
`;

const START = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#api', deepLinking: true });\n`;
