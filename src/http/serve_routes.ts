import express, { type RequestHandler, Router } from 'express';
import { LedgerlineError } from '../errors.ts';
import { hasRole } from '../identity/roles.ts';
import { allows } from '../identity/scopes.ts';
import { isJson } from '../xapi/media_type.ts';
import type { ApiRoute } from './api_route.ts';
import { methodNotAllowed } from './method_not_allowed.ts';

/**
 * Serves routes to whom `response.locals.identity` names, each request through the same checks in this order: role,
 * body's type and size, then those of the route. @param limit the most bytes of a body
 */
export function serveRoutes(routes: readonly ApiRoute[], limit: number): Router {
  const router = Router({ caseSensitive: true });
  const readBody = [requireJson, express.raw({ type: () => true, limit })];
  for (const [path, ofPath] of Map.groupBy(routes, (route) => route.path)) {
    const served = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const route of ofPath) {
      served[route.method](requireRole(route), ...(route.body === undefined ? [] : readBody), route.handler);
    }
    const allowed = ofPath.map(({ method }) => (method === 'get' ? 'GET, HEAD' : method.toUpperCase()));
    served.all((request, response) => {
      throw methodNotAllowed(request.method, response, allowed.join(', '));
    });
  }
  return router;
}

/** Lets on who has one of the route's roles or scopes. The refusal is the same whomever the request is about. */
function requireRole({ roles, scopes = [] }: ApiRoute): RequestHandler {
  const rule = `one of the roles ${['administrator', ...roles.filter((role) => role !== 'administrator')].join(', ')}`;
  return (_request, response, next) => {
    const { identity } = response.locals;
    if (hasRole(identity.grants, roles) || scopes.some((scope) => allows(identity.scopes, scope))) return next();
    throw new LedgerlineError('forbidden', `This needs ${rule}.`, { rule });
  };
}

/** A page of another origin can send JSON only where CORS lets it. */
const requireJson: RequestHandler = (request, _response, next) => {
  if (isJson(request.get('content-type') ?? '')) return next();
  throw new LedgerlineError('unsupported_media_type', 'The body has to be JSON: Content-Type: application/json.', {
    property: 'Content-Type',
    rule: 'it is application/json',
  });
};
